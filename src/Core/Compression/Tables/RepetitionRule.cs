using System.Runtime.CompilerServices;

namespace CompressTasks.Compression.Tables;

/// <summary>Every row has the same signal as another one, wherever it begins.</summary>
internal static class RepetitionRule
{
    /// <summary>For each row the energy of what differs from the row that is most alike, in its own.</summary>
    public static List<double?> Departures(IReadOnlyList<Support> supports) =>
        [.. supports.Select((support, index) => support.Length < 2 ? null : (double?)supports
            .Where((other, i) => i != index && other.Length == support.Length)
            .Select(other => Distance(support.Values.Span, other.Values.Span))
            .DefaultIfEmpty(1)
            .Min())];

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
