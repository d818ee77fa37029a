using CompressTasks.Tool.Receipts;
using Microsoft.Build.Framework;

namespace CompressTasks.Tasks;

/// <summary>Does one run if it is not up to date, and never while another build does the same.</summary>
internal sealed class CompressionStep(CompressionRun run, Compressor tool, DiagnosticLog log, IBuildEngine engine, ITaskHost? host,
    CancellationToken cancellationToken)
{
    private ReceiptFolders Folders => run.Folders(tool);

    /// <returns>The receipt of the run, or null: it failed, and that is logged.</returns>
    public Receipt? Execute()
    {
        var (receipt, change) = Check();
        if (change is null)
            return Keep(receipt!);
        try
        {
            using var _ = OutputLock.Acquire(run.OutputFolder, OnWaiting, cancellationToken);
            // Another build may have made meanwhile what this one wants.
            (receipt, change) = Check();
            return change is null ? Keep(receipt!) : Compress(change);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Error(TaskDiagnostics.FolderNotWritable(run.OutputFolder, e.Message));
            return null;
        }
    }

    /// <returns>What the last run that passed has left, or null.</returns>
    public Receipt? LastReceipt()
    {
        try
        {
            return Receipt.Read(run.ReceiptPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private (Receipt? Receipt, string? Change) Check()
    {
        var receipt = LastReceipt();
        var check = UpToDateCheck.Run(receipt, run.Input, run.Key, Folders);
        if (check.Change is null && check.Refreshed is not null)
            Refresh(check.Refreshed);
        return (receipt, check.Change);
    }

    /// <summary>A warning is not over because nothing was done again.</summary>
    private Receipt Keep(Receipt receipt)
    {
        log.Message(MessageImportance.Normal, "The compressed models of {0} are up to date.", run.Input);
        foreach (var warning in receipt.Warnings)
            log.Warning(warning, Folders.Spec);
        return receipt;
    }

    private Receipt? Compress(string change)
    {
        log.Message(MessageImportance.Normal, "Compressing the models of {0}: {1}.", run.Input, change);
        var process = new CompressorProcess(run, tool, log, cancellationToken) { BuildEngine = engine, HostObject = host };
        using (cancellationToken.Register(process.Cancel))
        {
            if (!process.Execute())
                return null;
        }

        var receipt = LastReceipt();
        if (receipt is null)
            log.Error(TaskDiagnostics.NoReceipt(run.ReceiptPath));
        return receipt;
    }

    private void Refresh(Receipt receipt)
    {
        try
        {
            receipt.Write(run.ReceiptPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only saves the next build from hashing the same files again.
            log.Message(MessageImportance.Low, "{0}", e.Message);
        }
    }

    private void OnWaiting() => log.Message(MessageImportance.High, "Waiting for another build that compresses the models of {0}.", run.Input);
}
