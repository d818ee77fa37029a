using CompressTasks.Numerics;
using CompressTasks.Reporting;

namespace CompressTasks.Gate;

/// <summary>The error of one weight.</summary>
internal readonly record struct WeightQuality(string Path, SquaredError Error)
{
    /// <summary>As many times as much is lost of the greater part as of all.</summary>
    private const double Disagreement = 10;

    /// <summary>The same, of a tenth of the rows or columns: that small ones lose more is as it should be.</summary>
    private const double DisagreementOfTenth = 50;

    /// <summary>The share of lost rows from which on they are worth a word.</summary>
    private const double WorthAWord = 0.01;

    /// <summary>Of the greater part of the weight: of its bulk, its median row, or its median column.</summary>
    public GroupR2 Groups { get; init; } = GroupR2.Exact;

    /// <summary>Whether a few values hold the variance, and R² does not say that most of the others are lost.</summary>
    public bool HidesLoss => Groups.Least < GroupR2.Lost && Disagrees(Groups.Least);

    /// <summary>Whether R² does not say that at least a tenth of the rows or columns is lost, though not most of them.</summary>
    public bool HidesLossOfTenth => !HidesLoss && Groups.LeastTenth < GroupR2.Lost && Disagrees(Groups.LeastTenth, DisagreementOfTenth);

    /// <summary>The rows of which R² does not say that they are lost; null when these are few.</summary>
    public LostRows? LostRows => !HidesLoss && Groups.LostRows > WorthAWord * Groups.Rows && Disagrees(GroupR2.Lost)
        ? new(Path, Error.R2, Groups.LostRows, Groups.Rows) : null;

    private bool Disagrees(double part, double times = Disagreement) => 1 - part > times * (1 - Error.R2);
}

/// <summary>A weight of which R² does not say that most of its values are lost.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="R2">R² of all values.</param>
/// <param name="GroupR2">R² of the greater part of the weight.</param>
internal sealed record HiddenLoss(string Path, double R2, double GroupR2);

/// <summary>Rows of a weight of which R² of all values does not say that they are lost.</summary>
/// <param name="Path">The weight.</param>
/// <param name="R2">R² of all its values.</param>
/// <param name="Lost">How many are lost.</param>
/// <param name="Count">Of how many.</param>
internal sealed record LostRows(string Path, double R2, int Lost, int Count);

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
