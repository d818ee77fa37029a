namespace CompressTasks.WeightCoding.Encoding;

/// <summary>
/// R² of the bulk of a weight. A few large values can hold nearly all of the variance; at R² of all values, all others may then be lost, and the
/// model with them. Of a Gaussian weight both are the same.
/// </summary>
internal static class BulkR2
{
    /// <summary>The largest values, as a share of all, that the bulk is without.</summary>
    private const double Tails = 0.01;

    /// <summary>What the bulk of a Gaussian has of the variance: 0.99 − 2zφ(z), where z = 2.5758 bounds the bulk.</summary>
    private const double GaussianShare = 0.9155;

    private const int ExponentAndSomeBits = 19;

    /// <summary>The R² of all values at which the error is to the bulk what it would be at <paramref name="r2"/> to a Gaussian weight.</summary>
    /// <param name="r2">0 to 1, both excluded.</param>
    /// <param name="values">Finite values.</param>
    /// <returns>At least <paramref name="r2"/>, below 1: so near to it, where the bulk has next to nothing of the variance, that the weight is carried exactly.</returns>
    public static double Target(double r2, ReadOnlySpan<double> values) =>
        Math.Min(Math.BitDecrement(1.0), 1 - ((1 - r2) * Math.Min(1, ShareOfBulk(values) / GaussianShare)));

    /// <summary>
    /// The variance of the 99 % of the values that are nearest to the mean, about their own mean, in that of all; 1 where these are all equal.
    /// </summary>
    private static double ShareOfBulk(ReadOnlySpan<double> values)
    {
        double mean = 0;
        foreach (var value in values)
            mean += value;
        mean /= values.Length;

        // Deviations that differ by less than a sixteenth fall into one bin: no sorting of large weights.
        var counts = new long[1 << (32 - 1 - ExponentAndSomeBits)];
        double total = 0;
        foreach (var value in values)
        {
            counts[Bin(value - mean)]++;
            total += (value - mean) * (value - mean);
        }

        var left = values.Length - (long)(Tails * values.Length);
        var last = 0;
        while (counts[last] < left)
            left -= counts[last++];

        // The mean may be far from all of the bulk: its variance is that about its own. Of the last bin a part counts.
        var part = (double)left / counts[last];
        double weight = 0, center = 0;
        foreach (var value in values)
        {
            if (Share(value) is > 0 and var share)
                center += share / (weight += share) * (value - center);
        }

        double bulk = 0;
        foreach (var value in values)
            bulk += Share(value) * (value - center) * (value - center);
        return bulk > 0 ? bulk / total : 1;

        double Share(double value) => Bin(value - mean) is var bin && bin < last ? 1 : bin == last ? part : 0;
    }

    private static uint Bin(double deviation) => BitConverter.SingleToUInt32Bits((float)Math.Abs(deviation)) >> ExponentAndSomeBits;
}
