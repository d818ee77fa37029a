namespace CompressTasks.Corpus;

/// <summary>A fact about <see cref="NpmModels"/>, reported as skipped, with the reason, where they cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute() => Skip = NpmModels.NotAvailableReason;
}
