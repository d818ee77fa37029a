namespace CompressTasks.Stages.Pca;

/// <summary>What a principal component analysis holds to be a large error.</summary>
internal enum PcaWeighting
{
    /// <summary>Every parameter counts the same, whatever its unit: the papers' method.</summary>
    None,

    /// <summary>A parameter counts by its effect on the weights.</summary>
    Jacobian,
}

/// <summary>
/// How many components are kept, by exactly one of three rules, and how errors are weighted. Components without variance are never kept.
/// </summary>
internal sealed record PcaOptions
{
    /// <summary>A number of components, 1 and up; no more than there are columns.</summary>
    public int? Components { get; init; }

    /// <summary>A share of the columns, in (0, 1], rounded to the nearest number, at least 1. P58: 0.5, 0.25 and 0.1 of 24 are 12, 6 and 2.</summary>
    public double? Keep { get; init; }

    /// <summary>A share of the (weighted) variance, in (0, 1]: the fewest components that explain it.</summary>
    public double? Variance { get; init; }

    public PcaWeighting Weighting { get; init; } = PcaWeighting.Jacobian;

    /// <summary>Throws when not exactly one rule is set, or its value is out of range.</summary>
    /// <exception cref="ArgumentException">As said.</exception>
    public void Validate()
    {
        var valid = this switch
        {
            { Components: { } count, Keep: null, Variance: null } => count >= 1,
            { Components: null, Keep: { } keep, Variance: null } => keep is > 0 and <= 1,
            { Components: null, Keep: null, Variance: { } share } => share is > 0 and <= 1,
            _ => false,
        };
        if (!valid)
            throw new ArgumentException($"Exactly one of components ≥ 1, keep in (0, 1] and variance in (0, 1] is expected, found {this}.");
    }

    /// <summary>
    /// The number of components for <paramref name="eigenvalues"/> of the scatter of a matrix with <paramref name="columns"/> columns.
    /// </summary>
    public int Choose(int columns, ReadOnlySpan<double> eigenvalues)
    {
        var wanted = this switch
        {
            { Components: { } count } => count,
            { Keep: { } keep } => Math.Max(1, (int)Math.Round(keep * columns, MidpointRounding.AwayFromZero)),
            _ => PrincipalAxes.CountFor(Variance.GetValueOrDefault(1), eigenvalues),
        };
        return Math.Min(wanted, eigenvalues.Length);
    }
}
