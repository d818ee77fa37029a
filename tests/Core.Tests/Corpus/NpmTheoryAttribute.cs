namespace CompressTasks.Corpus;

/// <summary>A theory about <see cref="NpmModels"/>, reported as skipped, with the reason, where they cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmTheoryAttribute : TheoryAttribute
{
    public NpmTheoryAttribute() => Skip = NpmModels.NotAvailableReason;
}
