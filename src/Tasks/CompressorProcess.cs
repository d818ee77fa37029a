using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>Starts the compressor and passes on what it says. Used by <see cref="CompressModels"/>, not by projects.</summary>
internal sealed class CompressorProcess(CompressionRun run, Compressor tool, DiagnosticLog log, CancellationToken cancellationToken) : ToolTask
{
    private const int KeptLines = 20;

    private readonly Queue<string> _lastLines = new();
    private readonly int _earlierErrors = log.ErrorCount;

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

    /// <inheritdoc/>
    protected override string? GenerateFullPathToTool()
    {
        var host = DotNetHost.Find(tool.DotNetHosts, Environment.GetEnvironmentVariable("PATH"));
        if (host is null)
            log.Error(TaskDiagnostics.HostNotFound(tool.DotNetHosts));
        return host;
    }

    /// <inheritdoc/>
    protected override string GenerateCommandLineCommands()
    {
        var arguments = new CommandLineBuilder();
        arguments.AppendSwitch("exec");
        arguments.AppendFileNameIfNotNull(tool.Assembly);
        arguments.AppendFileNameIfNotNull(run.Input);
        foreach (var model in run.Models)
            Append("--model", model);
        // A backslash before the closing quote would escape it.
        Append("--output", run.OutputFolder.TrimEnd('/', '\\'));
        Append("--model-root", run.ModelRoot.TrimEnd('/', '\\'));
        Append("--receipt", run.ReceiptPath);
        Append("--receipt-key", run.Key);
        Append("--records", tool.RecordFolder?.TrimEnd('/', '\\'));
        Append("--format", run.Settings.Format);
        Append("--r2", run.Settings.R2);
        Append("--weight-r2", run.Settings.WeightR2);
        Append("--on-failure", run.Settings.OnFailure);
        Append("--baseline", run.Settings.Baseline.Length == 0 ? "" : Path.GetFullPath(Path.Combine(run.ModelRoot, run.Settings.Baseline)));
        if (run.Settings.TakesNoLook)
            arguments.AppendSwitch("--no-probe");
        Append("--threads", tool.Threads);
        Append("--verbosity", tool.Verbosity);
        Append("--onnxruntime", tool.OnnxRuntime.Library);
        Append("--project-assets", tool.OnnxRuntime.AssetsFile);
        if (tool.OnnxRuntime.MayRestore)
            arguments.AppendSwitch("--restore-onnxruntime");
        using (var self = Process.GetCurrentProcess())
            Append("--parent-process", self.Id.ToString(CultureInfo.InvariantCulture));
        return arguments.ToString();

        void Append(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                arguments.AppendSwitchIfNotNull(name + " ", value);
        }
    }

    /// <inheritdoc/>
    protected override int ExecuteTool(string pathToTool, string responseFileCommands, string commandLineCommands)
    {
        var exitCode = base.ExecuteTool(pathToTool, responseFileCommands, commandLineCommands);
        if (exitCode != 0)
            DeleteTemporaryFiles();
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
            if (log.TryLog(singleLine))
                return;
            if (ResultLine.Shorten(singleLine) is { } result)
                log.Results.Add(result);
        }

        base.LogEventsFromTextOutput(singleLine, messageImportance);
    }

    /// <summary>A diagnostic of the compressor says all there is to say; without one, its last words have to.</summary>
    protected override bool HandleTaskExecutionErrors()
    {
        if (log.ErrorCount == _earlierErrors && !cancellationToken.IsCancellationRequested)
            log.Error(TaskDiagnostics.ToolFailed(ExitCode, string.Join(Environment.NewLine, _lastLines)));
        return false;
    }

    /// <summary>The compressor removes its own, unless a cancelled build kills it.</summary>
    private void DeleteTemporaryFiles()
    {
        try
        {
            DeleteTemporaryFiles(new DirectoryInfo(run.OutputFolder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.LogMessage(MessageImportance.Low, "{0}", e.Message);
        }
    }

    private static void DeleteTemporaryFiles(DirectoryInfo folder)
    {
        if (!folder.Exists)
            return;
        foreach (var file in folder.GetFiles("*.tmp"))
            file.Delete();
        // A folder with a lock is another run's, which may be writing.
        foreach (var child in folder.GetDirectories().Where(child => !File.Exists(OutputLock.PathIn(child.FullName))))
            DeleteTemporaryFiles(child);
    }
}
