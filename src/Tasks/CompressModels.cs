using System.Globalization;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CompressTasks.Tasks;

/// <summary>
/// Compresses the models of a project: those of its spec, and those that its items name. What the last run made is kept when it is up to date.
/// Errors and warnings of the compressor become those of the build, at their place in the spec.
/// </summary>
public sealed class CompressModels : Task, ICancelableTask, IDisposable
{
    private static readonly string[] _verbosities = ["quiet", "minimal", "normal", "detailed"];

    private readonly CancellationTokenSource _cancellation = new();
    private readonly List<CompletedRun> _completed = [];

    /// <summary>The project's folder; full path.</summary>
    [Required]
    public string ProjectFolder { get; set; } = "";

    /// <summary>The YAML file that names models, relative to the project; empty for none.</summary>
    public string? Spec { get; set; }

    /// <summary>
    /// Models to compress, with the metadata <c>Spec</c>, <c>Format</c>, <c>R2</c>, <c>WeightR2</c>, <c>OnFailure</c>, <c>Probe</c>,
    /// <c>Baseline</c>, <c>TargetPath</c>, <c>CopyToOutputDirectory</c> and <c>CopyToPublishDirectory</c>, all of which may be empty.
    /// </summary>
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Models that are content of the project: where they would go, by <c>Link</c> or <c>TargetPath</c>, their artifacts go.</summary>
    public ITaskItem[] Content { get; set; } = [];

    /// <summary>Whether models of <see cref="Content"/> that were compressed are left out of the build's output.</summary>
    public bool ExcludeOriginals { get; set; } = true;

    /// <summary>Where artifacts, reports and receipts go; full path.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>
    /// Whether builds with other settings, such as those for another target framework, may have the same <see cref="OutputFolder"/>.
    /// </summary>
    public bool OutputFolderIsShared { get; set; }

    /// <summary>
    /// The folder of all configurations, where an artifact may be that this build would only make again; full path, empty for none.
    /// </summary>
    public string? RecordFolder { get; set; }

    /// <summary>The compressor's assembly; full path.</summary>
    [Required]
    public string ToolAssembly { get; set; } = "";

    /// <summary>Where the <c>dotnet</c> executable may be, before PATH: executables, or folders that hold one.</summary>
    public string[] DotNetHosts { get; set; } = [];

    /// <summary>Least pooled R², in place of the spec's; empty for the spec's.</summary>
    public string? R2 { get; set; }

    /// <summary>Least R² of the worst weight, in place of the spec's; empty for the spec's.</summary>
    public string? WeightR2 { get; set; }

    /// <summary>Whether a failed gate is an error or a warning, in place of the spec's; empty for the spec's.</summary>
    public string? OnFailure { get; set; }

    /// <summary>Whether a look is taken at the outputs where the spec does not ask for them: true or false; empty for true.</summary>
    public string? Probe { get; set; }

    /// <summary>
    /// A report or artifact of an earlier run, or a folder of them, relative to the project, in place of the spec's; empty for the spec's.
    /// </summary>
    public string? Baseline { get; set; }

    /// <summary>Threads that the compressor uses; empty for one per processor.</summary>
    public string? Threads { get; set; }

    /// <summary>How much the compressor says: quiet, minimal, normal or detailed.</summary>
    public string? Verbosity { get; set; }

    /// <summary>
    /// The native library of ONNX Runtime that runs models, or the folder that holds it, relative to the project; empty to let the compressor search.
    /// </summary>
    public string? OnnxRuntime { get; set; }

    /// <summary>What NuGet has resolved for the project; full path, empty for projects without NuGet.</summary>
    public string? ProjectAssetsFile { get; set; }

    /// <summary>Whether the compressor may let NuGet fetch ONNX Runtime.</summary>
    public bool RestoreOnnxRuntime { get; set; }

    /// <summary>Only returns what the last run made, for builds that must not build.</summary>
    public bool CollectOnly { get; set; }

    /// <summary>Whether <see cref="CollectOnly"/> demands that there is something to collect.</summary>
    public bool RequireCompressed { get; set; }

    /// <summary>Warnings not to give.</summary>
    public string? NoWarn { get; set; }

    /// <summary>Warnings to give as errors.</summary>
    public string? WarningsAsErrors { get; set; }

    /// <summary>Warnings to leave as they are with <see cref="TreatWarningsAsErrors"/>.</summary>
    public string? WarningsNotAsErrors { get; set; }

    /// <summary>Whether all warnings are errors.</summary>
    public bool TreatWarningsAsErrors { get; set; }

    /// <summary>What help links begin with: a page with an anchor for each number.</summary>
    public string? HelpPage { get; set; }

    /// <summary>
    /// Artifacts, runnable models and their external data, with the metadata <c>TargetPath</c>, <c>CopyToOutputDirectory</c> and
    /// <c>CopyToPublishDirectory</c>.
    /// </summary>
    [Output]
    public ITaskItem[] Artifacts { get; private set; } = [];

    /// <summary>Every file in the output folder: artifacts, runnable models, reports and receipts.</summary>
    [Output]
    public ITaskItem[] WrittenFiles => [.. _completed.SelectMany(run => run.Outputs.Concat(run.Bookkeeping)).Select(path => EscapedItem.Of(path))];

    /// <summary>The models that were compressed, with their external data.</summary>
    [Output]
    public ITaskItem[] CompressedFrom => [.. _completed.SelectMany(run => run.Models).Select(path => EscapedItem.Of(path))];

    /// <summary>What came out of the runs that there were now, a line for each model.</summary>
    [Output]
    public ITaskItem[] Results { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var policy = new WarningPolicy(NoWarn, WarningsAsErrors, WarningsNotAsErrors, TreatWarningsAsErrors);
        var log = new DiagnosticLog(Log, policy, HelpPage);
        if (!File.Exists(ToolAssembly))
            log.Error(TaskDiagnostics.ToolNotFound(ToolAssembly));
        var runs = new RunPlanner(ProjectFolder, OutputFolder, OutputFolderIsShared, log)
            .Plan(Spec, new RunSettings(format: null, R2, WeightR2, OnFailure, Probe, Baseline), Models);
        var places = new ArtifactPlaces(ProjectFolder, Models, Content);
        places.Check(log);
        CheckNumbers(log);
        if (log.HasErrors)
            return false;

        var tool = new Compressor(ToolAssembly, DotNetHosts, Threads, Verbosity,
            new OnnxRuntimeSource(OnnxRuntimePath(), ProjectAssetsFile, RestoreOnnxRuntime), RecordFolder);
        foreach (var run in runs)
        {
            if (_cancellation.IsCancellationRequested)
                return false;
            var step = new CompressionStep(run, tool, log, BuildEngine, HostObject, _cancellation.Token);
            if (CollectOnly)
                Collect(run, step.LastReceipt(), log);
            else if (step.Execute() is { } receipt)
                _completed.Add(new CompletedRun(run, tool, receipt));
        }

        Results = [.. log.Results.Select(result => EscapedItem.Of(result))];
        Artifacts = [.. _completed.SelectMany(run => run.Artifacts(places))];
        foreach (var same in Artifacts.GroupBy(artifact => artifact.GetMetadata("TargetPath").Replace('\\', '/'), StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() > 1))
            log.Error(TaskDiagnostics.SameArtifact(same.Key, same.Select(artifact => artifact.ItemSpec)));
        var compressed = new HashSet<string>(_completed.SelectMany(run => run.Models), StringComparer.Ordinal);
        places.RequireFree(Artifacts, model => ExcludeOriginals && compressed.Contains(model), log);
        return !log.HasErrors && !_cancellation.IsCancellationRequested;

        void Collect(CompressionRun run, Tool.Receipts.Receipt? receipt, DiagnosticLog log)
        {
            if (receipt is not null)
                _completed.Add(new CompletedRun(run, tool, receipt));
            else if (RequireCompressed)
                log.Error(TaskDiagnostics.NotCompressed(run.Input));
        }
    }

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();

    private void CheckNumbers(DiagnosticLog log)
    {
        if (!string.IsNullOrEmpty(Threads)
            && !(int.TryParse(Threads, NumberStyles.None, CultureInfo.InvariantCulture, out var threads) && threads is >= 1 and <= 1024))
            log.Error(TaskDiagnostics.InvalidSetting("CompressThreads", Threads!, "a whole number from 1 to 1024"));
        if (!string.IsNullOrEmpty(Verbosity) && !_verbosities.Contains(Verbosity, StringComparer.OrdinalIgnoreCase))
            log.Error(TaskDiagnostics.InvalidSetting("CompressVerbosity", Verbosity!, "quiet, minimal, normal or detailed"));
    }

    // A backslash at the end would escape the closing quote of the command line.
    private string? OnnxRuntimePath() =>
        string.IsNullOrWhiteSpace(OnnxRuntime) ? null : Path.GetFullPath(Path.Combine(ProjectFolder, OnnxRuntime!.Trim())).TrimEnd('/', '\\');
}
