namespace CompressTasks.Numerics;

/// <summary>The two sums that R² is made of. Adding two of them pools the weights behind them.</summary>
/// <param name="Elements">Number of values compared.</param>
/// <param name="Residual">Σ (decoded − original)².</param>
/// <param name="Total">Σ (original − mean of original)², each weight about its own mean.</param>
internal readonly record struct SquaredError(long Elements, double Residual, double Total)
{
    /// <summary>As many values are added one by one; more are halved first.</summary>
    public const int Block = 128;

    /// <summary>
    /// The coefficient of determination, 1 − Residual/Total. A constant original has no variance to explain:
    /// it gives 1 when it is decoded exactly, and NaN (unknown, which fails every gate) when it is not.
    /// </summary>
    public double R2 =>
        Residual == 0 ? 1
        : Total > 0 ? 1 - (Residual / Total)
        : double.NaN;

    public static SquaredError operator +(SquaredError a, SquaredError b) =>
        new(a.Elements + b.Elements, a.Residual + b.Residual, a.Total + b.Total);

    /// <summary>Compares two sequences of the same length by pairwise summation: the rounding error grows with log n, not with n.</summary>
    public static SquaredError Between(ReadOnlySpan<double> original, ReadOnlySpan<double> decoded)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(decoded.Length, original.Length);
        if (original.IsEmpty)
            return default;
        var mean = Sum(original) / original.Length;
        return new(original.Length, ResidualOf(original, decoded), SumOfSquaredDeviations(original, mean));
    }

    /// <summary>Σ values.</summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length > Block)
            return Sum(values[..(values.Length / 2)]) + Sum(values[(values.Length / 2)..]);
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum;
    }

    /// <summary>Σ (values − mean)².</summary>
    public static double SumOfSquaredDeviations(ReadOnlySpan<double> values, double mean)
    {
        if (values.Length > Block)
            return SumOfSquaredDeviations(values[..(values.Length / 2)], mean) + SumOfSquaredDeviations(values[(values.Length / 2)..], mean);
        var sum = 0.0;
        foreach (var value in values)
            sum += (value - mean) * (value - mean);
        return sum;
    }

    /// <summary>Σ (b − a)², by the same summation as <see cref="Between"/>.</summary>
    public static double ResidualOf(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length > Block)
            return ResidualOf(a[..(a.Length / 2)], b[..(a.Length / 2)]) + ResidualOf(a[(a.Length / 2)..], b[(a.Length / 2)..]);
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (b[i] - a[i]) * (b[i] - a[i]);
        return sum;
    }
}
