using System.Runtime.CompilerServices;

namespace CompressTasks.Compression.Tables;

/// <summary>Every row has the same signal as another one, wherever it begins.</summary>
internal static class RepetitionRule
{
    /// <summary>Rows that are equal but for rounding.</summary>
    private const double Equal = 1e-4;

    /// <summary>Trained rows repeat as well, for the heads of attention and words that never occur. Of filters there are few: two, or an eighth of the rows.</summary>
    private const int RowsOfOneFilter = 8;

    /// <summary>For each row the energy of what differs from the row that is most alike, in its own.</summary>
    public static List<double?> Departures(IReadOnlyList<Support> supports)
    {
        var (nearest, filters) = (new double?[supports.Count], 0);
        for (var i = 0; i < supports.Count; i++)
        {
            if (supports[i].Length < 2)
                continue;
            var isFirst = true;
            var least = 1.0;
            for (var other = 0; other < supports.Count; other++)
            {
                if (other == i || supports[other].Length != supports[i].Length)
                    continue;
                var distance = Distance(supports[i].Values.Span, supports[other].Values.Span);
                least = Math.Min(least, distance);
                isFirst &= other > i || distance > Equal;
            }

            nearest[i] = least;
            filters += isFirst && 2 * supports[i].Length > supports[i].RowLength ? 1 : 0;
        }

        return [.. filters <= Math.Max(2, supports.Count / RowsOfOneFilter) ? nearest : nearest.Select(departure => departure is null ? null : (double?)1)];
    }

    // Compiled at once: it runs over long rows the first time it is called.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Distance(ReadOnlySpan<double> x, ReadOnlySpan<double> other)
    {
        double mean = 0;
        foreach (var value in x)
            mean += value;
        mean /= x.Length;
        double different = 0, spread = 0;
        for (var t = 0; t < x.Length; t++)
        {
            different += (x[t] - other[t]) * (x[t] - other[t]);
            spread += (x[t] - mean) * (x[t] - mean);
        }

        return different == 0 ? 0 : spread == 0 ? 1 : Math.Min(1, different / spread);
    }
}
