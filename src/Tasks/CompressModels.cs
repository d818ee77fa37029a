using System.Text;
using CompressTasks.Tool.Receipts;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>
/// Runs the compressor on a spec, in a process of its own, unless its last run is up to date. Errors and warnings of the compressor become those of
/// the build, at their place in the spec.
/// </summary>
public sealed class CompressModels : ToolTask
{
    private const string ReceiptName = "compress.receipt";
    private const string ArtifactExtension = ".onnxz";
    private const int KeptLines = 20;

    private readonly Queue<string> _lastLines = new();
    private Receipt? _receipt;

    /// <summary>The YAML file that names the models; full path.</summary>
    [Required]
    public string Spec { get; set; } = "";

    /// <summary>Where artifacts, reports and the receipt go; full path.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>The compressor's assembly; full path.</summary>
    [Required]
    public string ToolAssembly { get; set; } = "";

    /// <summary>Where the <c>dotnet</c> executable may be, before PATH: executables, or folders that hold one.</summary>
    public string[] DotNetHosts { get; set; } = [];

    /// <summary>Threads that the compressor uses; empty for one per processor.</summary>
    public string? Threads { get; set; }

    /// <summary>How much the compressor says: quiet, minimal, normal or detailed.</summary>
    public string? Verbosity { get; set; }

    /// <summary>Only returns what the last run made, for builds that must not build.</summary>
    public bool CollectOnly { get; set; }

    /// <summary>Whether <see cref="CollectOnly"/> demands that there is something to collect.</summary>
    public bool RequireCompressed { get; set; }

    /// <summary>The compressed models.</summary>
    [Output]
    public ITaskItem[] Artifacts => Outputs(path => path.EndsWith(ArtifactExtension, StringComparison.Ordinal));

    /// <summary>Every file in the output folder: artifacts, reports and the receipt.</summary>
    [Output]
    public ITaskItem[] WrittenFiles => _receipt is null ? [] : Outputs(_ => true).Append(new TaskItem(ReceiptPath)).ToArray();

    /// <inheritdoc/>
    protected override string ToolName => DotNetHost.FileName;

    /// <summary>The summary of a run is worth a line in every build.</summary>
    protected override MessageImportance StandardOutputLoggingImportance => MessageImportance.High;

    /// <inheritdoc/>
    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.Normal;

    /// <inheritdoc/>
    protected override Encoding StandardOutputEncoding => Encoding.UTF8;

    /// <inheritdoc/>
    protected override Encoding StandardErrorEncoding => Encoding.UTF8;

    private string ReceiptPath => Path.Combine(OutputFolder, ReceiptName);

    private ReceiptFolders Folders => new(Path.GetDirectoryName(ToolAssembly)!, Path.GetDirectoryName(Spec)!, Path.GetDirectoryName(ReceiptPath)!);

    /// <inheritdoc/>
    protected override bool ValidateParameters()
    {
        if (!File.Exists(Spec))
            LogError(TaskDiagnostics.SpecNotFound(Spec));
        else if (!File.Exists(ToolAssembly))
            LogError(TaskDiagnostics.ToolNotFound(ToolAssembly));
        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    protected override bool SkipTaskExecution()
    {
        _receipt = ReadReceipt();
        if (CollectOnly)
            return true;

        var check = UpToDateCheck.Run(_receipt, Spec, Folders);
        if (check.Change is not null)
        {
            Log.LogMessage(MessageImportance.Normal, "Compressing the models of {0}: {1}.", Spec, check.Change);
            return false;
        }

        Log.LogMessage(MessageImportance.Normal, "The compressed models of {0} are up to date.", Spec);
        if (check.Refreshed is not null)
            Refresh(check.Refreshed);
        return true;
    }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var succeeded = base.Execute();
        if (succeeded && CollectOnly && RequireCompressed && _receipt is null)
            LogError(TaskDiagnostics.NotCompressed(Spec));
        return succeeded && !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    protected override string? GenerateFullPathToTool()
    {
        var host = DotNetHost.Find(DotNetHosts, Environment.GetEnvironmentVariable("PATH"));
        if (host is null)
            LogError(TaskDiagnostics.HostNotFound(DotNetHosts));
        return host;
    }

    /// <inheritdoc/>
    protected override string GenerateCommandLineCommands()
    {
        var arguments = new CommandLineBuilder();
        arguments.AppendSwitch("exec");
        arguments.AppendFileNameIfNotNull(ToolAssembly);
        arguments.AppendFileNameIfNotNull(Spec);
        // A backslash before the closing quote would escape it.
        arguments.AppendSwitchIfNotNull("--output ", OutputFolder.TrimEnd('/', '\\'));
        arguments.AppendSwitchIfNotNull("--receipt ", ReceiptPath);
        if (!string.IsNullOrEmpty(Threads))
            arguments.AppendSwitchIfNotNull("--threads ", Threads);
        if (!string.IsNullOrEmpty(Verbosity))
            arguments.AppendSwitchIfNotNull("--verbosity ", Verbosity);
        return arguments.ToString();
    }

    /// <inheritdoc/>
    protected override int ExecuteTool(string pathToTool, string responseFileCommands, string commandLineCommands)
    {
        _receipt = null;
        var exitCode = base.ExecuteTool(pathToTool, responseFileCommands, commandLineCommands);
        if (exitCode != 0)
        {
            DeleteTemporaryFiles();
            return exitCode;
        }

        _receipt = ReadReceipt();
        if (_receipt is null)
            LogError(TaskDiagnostics.NoReceipt(ReceiptPath));
        return exitCode;
    }

    /// <inheritdoc/>
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        lock (_lastLines)
        {
            _lastLines.Enqueue(singleLine);
            if (_lastLines.Count > KeptLines)
                _lastLines.Dequeue();
        }

        base.LogEventsFromTextOutput(singleLine, messageImportance);
    }

    /// <summary>A diagnostic of the compressor says all there is to say; without one, its last words have to.</summary>
    protected override bool HandleTaskExecutionErrors()
    {
        if (!Log.HasLoggedErrors)
            LogError(TaskDiagnostics.ToolFailed(ExitCode, string.Join(Environment.NewLine, _lastLines)));
        return false;
    }

    private ITaskItem[] Outputs(Func<string, bool> filter) =>
        [.. (_receipt?.Outputs ?? []).Where(f => filter(f.Path)).Select(f => new TaskItem(Folders.FullPath(f.Role, f.Path)))];

    private Receipt? ReadReceipt()
    {
        try
        {
            return Receipt.Read(ReceiptPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Refresh(Receipt receipt)
    {
        try
        {
            receipt.Write(ReceiptPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only saves the next build from hashing the same files again.
            Log.LogMessage(MessageImportance.Low, "{0}", e.Message);
        }
    }

    /// <summary>The compressor removes its own, unless a cancelled build kills it.</summary>
    private void DeleteTemporaryFiles()
    {
        try
        {
            var folder = new DirectoryInfo(OutputFolder);
            foreach (var file in folder.Exists ? folder.GetFiles($"*{ArtifactExtension}.*.tmp") : [])
                file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.LogMessage(MessageImportance.Low, "{0}", e.Message);
        }
    }

    private void LogError(TaskDiagnostic diagnostic) =>
        Log.LogError(null, diagnostic.Code, null, null, 0, 0, 0, 0, "{0}", diagnostic.Message);
}
