using System.Diagnostics;
using System.Globalization;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>A run of the compressor. Used by <see cref="CompressModels"/>, not by projects.</summary>
internal sealed class CompressorProcess(CompressionRun run, Compressor tool, DiagnosticLog log, CancellationToken cancellationToken)
    : ToolProcess(tool, log, cancellationToken)
{
    /// <inheritdoc/>
    protected override void AppendArguments(CommandLineBuilder arguments)
    {
        arguments.AppendFileNameIfNotNull(run.Input);
        foreach (var model in run.Models)
            Append("--model", model);
        // A backslash before the closing quote would escape it.
        Append("--output", run.OutputFolder.TrimEnd('/', '\\'));
        Append("--model-root", run.ModelRoot.TrimEnd('/', '\\'));
        Append("--receipt", run.ReceiptPath);
        Append("--receipt-key", run.Key);
        Append("--records", Compressor.RecordFolder?.TrimEnd('/', '\\'));
        Append("--format", run.Settings.Format);
        Append("--r2", run.Settings.R2);
        Append("--weight-r2", run.Settings.WeightR2);
        Append("--on-failure", run.Settings.OnFailure);
        Append("--baseline", run.Settings.Baseline.Length == 0 ? "" : Path.GetFullPath(Path.Combine(run.ModelRoot, run.Settings.Baseline)));
        if (run.Settings.TakesNoLook)
            arguments.AppendSwitch("--no-probe");
        Append("--threads", Compressor.Threads);
        Append("--verbosity", Compressor.Verbosity);
        Append("--onnxruntime", Compressor.OnnxRuntime.Library);
        Append("--project-assets", Compressor.OnnxRuntime.AssetsFile);
        if (Compressor.OnnxRuntime.MayRestore)
            arguments.AppendSwitch("--restore-onnxruntime");
        using (var self = Process.GetCurrentProcess())
            Append("--parent-process", self.Id.ToString(CultureInfo.InvariantCulture));

        void Append(string name, string? value) => ToolProcess.Append(arguments, name, value);
    }

    /// <inheritdoc/>
    protected override void Take(string line)
    {
        if (ResultLine.Shorten(line) is { } result)
            Diagnostics.Results.Add(result);
    }

    /// <inheritdoc/>
    protected override int ExecuteTool(string pathToTool, string responseFileCommands, string commandLineCommands)
    {
        var exitCode = base.ExecuteTool(pathToTool, responseFileCommands, commandLineCommands);
        if (exitCode != 0)
            DeleteTemporaryFiles();
        return exitCode;
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
