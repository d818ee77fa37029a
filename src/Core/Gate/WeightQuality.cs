using CompressTasks.Numerics;
using CompressTasks.Reporting;

namespace CompressTasks.Gate;

/// <summary>The error of one weight.</summary>
internal readonly record struct WeightQuality(string Path, SquaredError Error);

/// <summary>Pooled and worst of several weights.</summary>
internal static class PooledQuality
{
    /// <summary>All errors added up, in the order given. Without any, everything is exact and R² is 1.</summary>
    public static double R2(IEnumerable<WeightQuality> weights) => weights.Aggregate(default(SquaredError), (sum, w) => sum + w.Error).R2;

    /// <summary>The weight with the lowest R²; one whose R² is unknown is worse than any.</summary>
    public static (double R2, string? Path) Worst(IEnumerable<WeightQuality> weights)
    {
        var worst = weights
            .WorstFirst(w => w.Error.R2, w => w.Path)
            .Select(w => ((double, string?)?)(w.Error.R2, w.Path))
            .FirstOrDefault();
        return worst ?? (1, null);
    }
}
