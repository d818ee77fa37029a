using System.Runtime.CompilerServices;
using CompressTasks.Numerics;

namespace CompressTasks.Compression.Tables;

/// <summary>
/// A sinusoid of frequency ω obeys x[t−s] − 2x[t] + x[t+s] = (2 cos sω − 2) x[t] for every lag s, one around a mean the same with a constant
/// added; exponentials and straight lines do so too. Of a smooth signal that is none of these, x explains little of its second difference.
/// </summary>
internal static class SinusoidRule
{
    private const int LagsInHalf = 8;

    /// <summary>Rounding has a sixth of its greatest square on average, a second difference has six times that; twice as much passes.</summary>
    private const double RoundingGain = 2;

    /// <summary>A row whose spread is not this often its rounding says nothing.</summary>
    private const double LeastSpread = 1e3;

    /// <summary>Neighbours whose second difference is not this often rounding say nothing: every smooth signal has such.</summary>
    private const double LeastCurvature = 100;

    /// <summary>What is not explained of the second difference, in the worse half: cosines and sines may stand one after the other.</summary>
    public static double? Departure(ReadOnlySpan<double> row, ElementType type)
    {
        var half = row.Length / 2;
        var (first, second) = (HalfDeparture(row[..half], type), HalfDeparture(row[^half..], type));
        return first is null || second is null ? first ?? second : Math.Max(first.Value, second.Value);
    }

    private static double? HalfDeparture(ReadOnlySpan<double> half, ElementType type)
    {
        // Neighbours of a slow sinusoid differ by little more than rounding; distant elements do not.
        var (near, far) = (AtLag(half, 1, LeastCurvature, type), AtLag(half, Math.Max(1, half.Length / LagsInHalf), 0, type));
        return near is null || far is null ? near ?? far : Math.Min(near.Value, far.Value);
    }

    // Compiled at once: it runs over long rows the first time it is called.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double? AtLag(ReadOnlySpan<double> x, int lag, double leastCurvature, ElementType type)
    {
        var count = x.Length - (2 * lag);
        double meanX = 0, meanD = 0, energy = 0;
        for (var t = lag; t < lag + count; t++)
        {
            meanX += x[t];
            meanD += SecondDifference(x, t, lag);
            energy += x[t] * x[t];
        }

        (meanX, meanD) = (meanX / count, meanD / count);

        double spreadX = 0, spreadD = 0, product = 0;
        for (var t = lag; t < lag + count; t++)
        {
            var (dx, dd) = (x[t] - meanX, SecondDifference(x, t, lag) - meanD);
            spreadX += dx * dx;
            spreadD += dd * dd;
            product += dx * dd;
        }

        var rounding = RoundingGain * Squared(Rounding(type)) * energy;
        if (spreadX <= LeastSpread * rounding || spreadD < leastCurvature * rounding)
            return null;
        var unexplained = spreadD - (product * product / spreadX);
        return unexplained <= rounding ? 0 : unexplained / spreadD;
    }

    private static double SecondDifference(ReadOnlySpan<double> x, int t, int lag) => x[t - lag] - (2 * x[t]) + x[t + lag];

    /// <summary>Half of the distance between neighbours of 1.</summary>
    private static double Rounding(ElementType type) => type switch
    {
        ElementType.Float16 => 1.0 / (1 << 11),
        ElementType.BFloat16 => 1.0 / (1 << 8),
        _ => 1.0 / (1 << 24),
    };

    private static double Squared(double value) => value * value;
}
