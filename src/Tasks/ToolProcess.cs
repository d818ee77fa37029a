using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>Starts the compressor and passes on what it says. Used by other tasks, not by projects.</summary>
internal abstract class ToolProcess(Compressor tool, DiagnosticLog log, CancellationToken cancellationToken) : ToolTask
{
    private const int KeptLines = 20;

    private readonly Queue<string> _lastLines = new();
    private readonly int _earlierErrors = log.ErrorCount;

    /// <summary>The compressor.</summary>
    protected Compressor Compressor { get; } = tool;

    /// <summary>Gets its diagnostics.</summary>
    protected DiagnosticLog Diagnostics { get; } = log;

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
        var host = DotNetHost.Find(Compressor.DotNetHosts, Environment.GetEnvironmentVariable("PATH"));
        if (host is null)
            Diagnostics.Error(TaskDiagnostics.HostNotFound(Compressor.DotNetHosts));
        return host;
    }

    /// <inheritdoc/>
    protected override string GenerateCommandLineCommands()
    {
        var arguments = new CommandLineBuilder();
        arguments.AppendSwitch("exec");
        arguments.AppendFileNameIfNotNull(Compressor.Assembly);
        AppendArguments(arguments);
        return arguments.ToString();
    }

    /// <summary>Appends what the compressor is to do.</summary>
    protected abstract void AppendArguments(CommandLineBuilder arguments);

    /// <summary>Appends an option, unless it has no value.</summary>
    protected static void Append(CommandLineBuilder arguments, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            arguments.AppendSwitchIfNotNull(name + " ", value);
    }

    /// <summary>Takes a line that is no diagnostic.</summary>
    protected virtual void Take(string line)
    {
    }

    /// <inheritdoc/>
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        lock (_lastLines)
        {
            _lastLines.Enqueue(singleLine);
            if (_lastLines.Count > KeptLines)
                _lastLines.Dequeue();
            if (Diagnostics.TryLog(singleLine))
                return;
            Take(singleLine);
        }

        base.LogEventsFromTextOutput(singleLine, messageImportance);
    }

    /// <summary>A diagnostic of the compressor says all there is to say; without one, its last words have to.</summary>
    protected override bool HandleTaskExecutionErrors()
    {
        if (Diagnostics.ErrorCount == _earlierErrors && !cancellationToken.IsCancellationRequested)
            Diagnostics.Error(TaskDiagnostics.ToolFailed(ExitCode, string.Join(Environment.NewLine, _lastLines)));
        return false;
    }
}
