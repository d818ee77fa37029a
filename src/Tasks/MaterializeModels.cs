using System.Globalization;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CompressTasks.Tasks;

/// <summary>
/// Makes ordinary models of the artifacts that a project publishes, laid out to be mapped from their files, for programs that cannot open artifacts.
/// What was made before is kept while its artifact is the same.
/// </summary>
public sealed class MaterializeModels : Task, ICancelableTask, IDisposable
{
    private const string RelativePath = "RelativePath";

    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Files to publish; of these, artifacts (<c>.onnxz</c>) are taken.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Where models are made; full path.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The compressor's assembly; full path.</summary>
    [Required]
    public string ToolAssembly { get; set; } = "";

    /// <summary>Where the <c>dotnet</c> executable may be, before PATH: executables, or folders that hold one.</summary>
    public string[] DotNetHosts { get; set; } = [];

    /// <summary>Threads that the compressor uses; empty for one per processor.</summary>
    public string? Threads { get; set; }

    /// <summary>What help links begin with: a page with an anchor for each number.</summary>
    public string? HelpPage { get; set; }

    /// <summary>The artifacts, which need not be published any more.</summary>
    [Output]
    public ITaskItem[] Artifacts { get; private set; } = [];

    /// <summary>The models and their external data, with the metadata of their artifacts and a <c>RelativePath</c> of their own.</summary>
    [Output]
    public ITaskItem[] Models { get; private set; } = [];

    /// <summary>Every file in <see cref="Folder"/> that belongs to them.</summary>
    [Output]
    public ITaskItem[] WrittenFiles { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var log = new DiagnosticLog(Log, new WarningPolicy(null, null, null, treatWarningsAsErrors: false), HelpPage);
        if (!File.Exists(ToolAssembly))
            log.Error(TaskDiagnostics.ToolNotFound(ToolAssembly));
        Artifacts = [.. Files.Where(file => string.Equals(Path.GetExtension(file.ItemSpec), ".onnxz", StringComparison.OrdinalIgnoreCase))];
        var tool = new Compressor(ToolAssembly, DotNetHosts, Threads, verbosity: null, new OnnxRuntimeSource(null, null, mayRestore: false), null);
        var (models, written) = (new List<ITaskItem>(), new List<ITaskItem>());
        foreach (var artifact in Artifacts)
        {
            if (log.HasErrors || _cancellation.IsCancellationRequested)
                return false;
            var place = artifact.GetMetadata(RelativePath) is { Length: > 0 } given ? given : Path.GetFileName(artifact.ItemSpec);
            var model = Path.Combine(Folder, Path.ChangeExtension(place, ".onnx").Replace('\\', '/').Replace('/', Path.DirectorySeparatorChar));
            if (!IsMade(artifact.GetMetadata("FullPath"), model, log) && !Make(artifact.GetMetadata("FullPath"), model, tool, log))
                return false;
            foreach (var (file, extension) in new[] { (model, ".onnx"), (model + ".data", ".onnx.data") })
            {
                if (File.Exists(file))
                    models.Add(Placed(file, artifact, Path.ChangeExtension(place, extension)));
            }

            written.Add(EscapedItem.Of(StampOf(model)));
        }

        Models = [.. models];
        WrittenFiles = [.. models, .. written];
        return !log.HasErrors && !_cancellation.IsCancellationRequested;
    }

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();

    private static ITaskItem Placed(string file, ITaskItem artifact, string place)
    {
        var item = EscapedItem.Of(file);
        artifact.CopyMetadataTo(item);
        item.SetMetadata(RelativePath, EscapedItem.Escape(place));
        return item;
    }

    private static string StampOf(string model) => model + ".from";

    /// <summary>What the model was made of and by.</summary>
    private string Stamp(string artifact)
    {
        var (made, tool) = (new FileInfo(artifact), new FileInfo(ToolAssembly));
        return string.Join("\n", artifact, Number(made.Length), Number(made.LastWriteTimeUtc.Ticks), Number(tool.LastWriteTimeUtc.Ticks));

        static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private bool IsMade(string artifact, string model, DiagnosticLog log)
    {
        if (!File.Exists(model) || !File.Exists(StampOf(model)) || File.ReadAllText(StampOf(model)) != Stamp(artifact))
            return false;
        log.Message(MessageImportance.Normal, "{0} is up to date.", model);
        return true;
    }

    private bool Make(string artifact, string model, Compressor tool, DiagnosticLog log)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(model)!);
            foreach (var old in new[] { StampOf(model), model, model + ".data" })
                File.Delete(old);
            var process = new RestoreProcess(artifact, model, tool, log, _cancellation.Token) { BuildEngine = BuildEngine, HostObject = HostObject };
            using (_cancellation.Token.Register(process.Cancel))
            {
                if (!process.Execute())
                    return false;
            }

            File.WriteAllText(StampOf(model), Stamp(artifact));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Error(TaskDiagnostics.FolderNotWritable(Folder, e.Message));
            return false;
        }
    }
}
