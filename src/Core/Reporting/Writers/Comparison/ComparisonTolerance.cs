namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>How far two figures may be apart and count as equal.</summary>
/// <param name="Bytes">Of sizes: as a share of the baseline's.</param>
/// <param name="Loss">Of R² and other figures whose best value is 1: as a share of what the baseline lacks to 1.</param>
/// <remarks>
/// R² is judged by 1 − R², the share of variance that is lost: the same step means the same at 0.9 and at 0.9999, where a fixed distance would be
/// either too strict or blind.
/// </remarks>
internal readonly record struct ComparisonTolerance(double Bytes, double Loss)
{
    /// <summary>Losses closer than this are equal: reports show six decimals.</summary>
    private const double Resolution = 1e-6;

    /// <summary>1 % of the size, 5 % of the loss.</summary>
    public static ComparisonTolerance Default => new(0.01, 0.05);

    /// <summary>Judges two sizes.</summary>
    public ComparisonVerdict OfBytes(double baseline, double candidate) =>
        candidate > baseline * (1 + Bytes) ? ComparisonVerdict.Worse
        : baseline > candidate * (1 + Bytes) ? ComparisonVerdict.Better
        : ComparisonVerdict.Same;

    /// <summary>Judges two figures whose best value is 1; not a number is unknown.</summary>
    public ComparisonVerdict OfQuality(double baseline, double candidate)
    {
        if (double.IsNaN(baseline))
            return ComparisonVerdict.Unknown;
        if (double.IsNaN(candidate) || Exceeds(1 - candidate, 1 - baseline))
            return ComparisonVerdict.Worse;
        return Exceeds(1 - baseline, 1 - candidate) ? ComparisonVerdict.Better : ComparisonVerdict.Same;
    }

    /// <summary>Judges two figures whose best value is 0; not a number is unknown.</summary>
    public ComparisonVerdict OfError(double baseline, double candidate) => OfQuality(1 - baseline, 1 - candidate);

    /// <summary>Judges two figures, neither of which is unknown, that are better when they are larger: shares by what they lack to 1.</summary>
    public ComparisonVerdict OfGain(double baseline, double candidate) =>
        baseline is >= 0 and <= 1 && candidate is >= 0 and <= 1 ? OfQuality(baseline, candidate) : OfCost(-baseline, -candidate);

    /// <summary>Judges two figures, neither of which is unknown, that are better when they are smaller, by the size of the baseline's.</summary>
    public ComparisonVerdict OfCost(double baseline, double candidate)
    {
        var allowed = Math.Abs(baseline) * Loss;
        return candidate - baseline > allowed ? ComparisonVerdict.Worse
            : baseline - candidate > allowed ? ComparisonVerdict.Better
            : ComparisonVerdict.Same;
    }

    private bool Exceeds(double loss, double other) => loss > (other * (1 + Loss)) + Resolution;
}
