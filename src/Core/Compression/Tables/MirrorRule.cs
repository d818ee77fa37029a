using System.Runtime.CompilerServices;

namespace CompressTasks.Compression.Tables;

/// <summary>A row equals itself read backwards, or the negative of it.</summary>
internal static class MirrorRule
{
    /// <summary>The energy of what differs, in that of the row around its mean; about 1 by chance.</summary>
    // Compiled at once: it runs over long rows the first time it is called.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double? Departure(Support support)
    {
        var x = support.Values.Span;
        if (x.Length < 2)
            return null;
        double mean = 0;
        foreach (var value in x)
            mean += value;
        mean /= x.Length;
        double even = 0, odd = 0, spread = 0;
        for (var t = 0; t < x.Length; t++)
        {
            var mirrored = x[x.Length - 1 - t];
            even += (x[t] - mirrored) * (x[t] - mirrored);
            odd += (x[t] + mirrored) * (x[t] + mirrored);
            spread += (x[t] - mean) * (x[t] - mean);
        }

        return spread == 0 ? 0 : Math.Min(even, odd) / (2 * spread);
    }
}
