namespace CompressTasks.Reporting;

/// <summary>One look at what a model computes, on random samples, where nobody asked for outputs.</summary>
/// <param name="Samples">How many; 0 when there was no look.</param>
/// <param name="Output">The output with the lowest R²; null when none has one.</param>
/// <param name="R2">Its R² against the original; null when unknown.</param>
/// <param name="WorstWeight">Where R² is low: the weight that most of the error comes from, as far as that was found.</param>
/// <param name="Skipped">Why there was no look; null when there was one.</param>
public sealed record ProbeSummary(int Samples, string? Output, double? R2, string? WorstWeight, string? Skipped)
{
    /// <summary>Below this, outputs are worth a warning.</summary>
    internal const double LeastR2 = 0.95;

    /// <summary>Whether the model computes something else.</summary>
    internal bool IsAlarming => Skipped is null && Output is not null && !(R2 >= LeastR2);
}
