namespace CompressTasks.Core.Tests.Compression;

/// <summary>R² as a textbook writes it, in decimal where it fits: slow, and nothing in common with the library's sums.</summary>
internal static class PlainR2
{
    public static double Of(IReadOnlyList<double> original, IReadOnlyList<double> decoded)
    {
        var (residual, total) = Sums(original, decoded);
        return 1 - (residual / total);
    }

    /// <summary>All pairs together, each original about its own mean.</summary>
    public static double Pooled(IEnumerable<(double[] Original, double[] Decoded)> weights)
    {
        var sums = weights.Select(w => Sums(w.Original, w.Decoded)).ToList();
        return 1 - (sums.Sum(s => s.Residual) / sums.Sum(s => s.Total));
    }

    private static (double Residual, double Total) Sums(IReadOnlyList<double> original, IReadOnlyList<double> decoded)
    {
        original.Count.ShouldBe(decoded.Count);
        var mean = (double)original.Aggregate(0m, (sum, value) => sum + (decimal)value) / original.Count;
        var (residual, total) = (0.0, 0.0);
        for (var i = 0; i < original.Count; i++)
        {
            residual += (original[i] - decoded[i]) * (original[i] - decoded[i]);
            total += (original[i] - mean) * (original[i] - mean);
        }

        return (residual, total);
    }
}
