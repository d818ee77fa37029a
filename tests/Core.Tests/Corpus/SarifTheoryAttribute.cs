namespace CompressTasks.Corpus;

/// <summary>A theory about <see cref="SarifSchema"/>, reported as skipped, with the reason, where it cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SarifTheoryAttribute : TheoryAttribute
{
    public SarifTheoryAttribute() => Skip = SarifSchema.NotAvailableReason;
}
