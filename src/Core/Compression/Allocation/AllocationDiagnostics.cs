using CompressTasks.Diagnostics;

namespace CompressTasks.Compression.Allocation;

/// <summary>What can be wrong with a target for a whole model.</summary>
internal static class AllocationDiagnostics
{
    public static Diagnostic BudgetTooSmall(string model, long bytes, long others, SourceLocation at) =>
        new("CT1040", Severity.Error,
            $"{Path.GetFileName(model)} does not fit into {bytes} bytes: everything that this stack does not code takes {others}, and its weights take more than the rest with the coarsest step. Allow more bytes, lower the floor, or let the stack code more weights", at);
}
