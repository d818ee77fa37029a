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

    /// <summary>Least share of the variance that counts: below it, a weight would be coded to the last bit for the sake of next to nothing.</summary>
    private const double LeastShare = 1e-4;

    private const int ExponentAndSomeBits = 19;

    /// <summary>The R² of all values at which the error is to the bulk what it would be at <paramref name="r2"/> to a Gaussian weight.</summary>
    /// <param name="r2">0 to 1, both excluded.</param>
    /// <param name="values">Finite values.</param>
    /// <returns>At least <paramref name="r2"/>, below 1.</returns>
    public static double Target(double r2, ReadOnlySpan<double> values) =>
        1 - ((1 - r2) * Math.Clamp(ShareOfBulk(values) / GaussianShare, LeastShare, 1));

    /// <summary>The variance of the 99 % of the values that are nearest to the mean, about their own mean, in that of all.</summary>
    private static double ShareOfBulk(ReadOnlySpan<double> values)
    {
        double mean = 0;
        foreach (var value in values)
            mean += value;
        mean /= values.Length;

        // Deviations that differ by less than a sixteenth fall into one bin: no sorting of large weights.
        var bins = new (long Count, double Sum, double Energy)[1 << (32 - 1 - ExponentAndSomeBits)];
        double total = 0;
        foreach (var value in values)
        {
            var deviation = value - mean;
            ref var bin = ref bins[BitConverter.SingleToUInt32Bits((float)Math.Abs(deviation)) >> ExponentAndSomeBits];
            bin.Count++;
            bin.Sum += deviation;
            bin.Energy += deviation * deviation;
            total += deviation * deviation;
        }

        var taken = values.Length - (long)(Tails * values.Length);
        var left = taken;
        double bulkSum = 0, bulk = 0;
        foreach (var (count, sum, energy) in bins.Where(bin => bin.Count > 0))
        {
            var share = Math.Min(1, (double)left / count);
            bulkSum += share * sum;
            bulk += share * energy;
            left -= count;
            if (left <= 0)
                break;
        }

        return total > 0 ? (bulk - (bulkSum * bulkSum / taken)) / total : 1;
    }
}
