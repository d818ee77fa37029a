using CompressTasks.Numerics;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>
/// R² of the bulk of a weight. A few large values, or a row or column of them, can hold nearly all of the variance; at R² of all values, all others
/// may then be lost, and the model with them. Of a Gaussian weight both are the same.
/// </summary>
internal static class BulkR2
{
    /// <summary>The largest values, as a share of all, that the bulk is without.</summary>
    private const double Tails = 0.01;

    /// <summary>What the bulk of a Gaussian has of the variance: 0.99 − 2zφ(z), where z = 2.5758 bounds the bulk.</summary>
    private const double GaussianShare = 0.9155;

    /// <summary>
    /// As many times as much may be lost of the median row, and of the median column: more than their variances differ by in trained weights, less
    /// than all of them.
    /// </summary>
    private const double OfMedianGroup = 20;

    /// <summary>Of the tenth that is smallest more: at 0.999 a fifth, which leaves it R² 0.8. Less would be more than some trained weights have.</summary>
    private const double OfLeastTenth = 200;

    private const int ExponentAndSomeBits = 19;

    /// <summary>The R² of all values at which the error is to the bulk what it would be at <paramref name="r2"/> to a Gaussian weight.</summary>
    /// <param name="r2">0 to 1, both excluded.</param>
    /// <param name="values">Finite values.</param>
    /// <param name="shape">Of the values. Rows and columns, input and output channels, gates and heads: the groups along each of its axes.</param>
    /// <returns>At least <paramref name="r2"/>, below 1: so near to it, where the bulk has next to nothing of the variance, that the weight is carried exactly.</returns>
    public static double Target(double r2, ReadOnlySpan<double> values, IReadOnlyList<long> shape)
    {
        var (shareOfBulk, variance) = ShareOfBulk(values);

        // Squares of the largest numbers of float64 have no sum.
        if (!double.IsFinite(variance))
            return Math.BitDecrement(1.0);
        var share = Math.Min(1, shareOfBulk / GaussianShare);
        if (variance > 0)
            share = Math.Min(share, SmallGroups(values, shape) / variance);
        return Math.Min(Math.BitDecrement(1.0), 1 - ((1 - r2) * share));
    }

    /// <summary>
    /// The variance of the 99 % of the values that are nearest to the mean, about their own mean, in that of all, 1 where these are all equal; and
    /// the variance of all.
    /// </summary>
    private static (double Share, double Variance) ShareOfBulk(ReadOnlySpan<double> values)
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
        return (bulk > 0 ? bulk / total : 1, total / values.Length);

        double Share(double value) => Bin(value - mean) is var bin && bin < last ? 1 : bin == last ? part : 0;
    }

    /// <summary>How much more than of all values may be lost of the groups along an axis, by their mean squares; infinite where there is one axis only.</summary>
    private static double SmallGroups(ReadOnlySpan<double> values, IReadOnlyList<long> shape)
    {
        var axes = shape.Where(length => length > 1).ToList();
        if (axes.Count < 2)
            return double.PositiveInfinity;
        var least = double.PositiveInfinity;
        var stride = values.Length;
        foreach (var length in axes)
        {
            var groups = new Group[length];
            stride /= groups.Length;
            var (group, left) = (0, stride);
            foreach (var value in values)
            {
                groups[group].Add(value);
                if (--left > 0)
                    continue;
                left = stride;
                group = group + 1 == groups.Length ? 0 : group + 1;
            }

            least = Math.Min(least, SmallGroups(groups));
        }

        return least;
    }

    /// <summary>Of groups whose values are all equal nothing can be lost.</summary>
    private static double SmallGroups(Group[] groups)
    {
        var squares = groups.Where(group => group.Varies).Select(group => group.MeanSquare).Order().ToList();
        return squares.Count == 0 ? double.PositiveInfinity
            : Math.Min(OfMedianGroup * squares[squares.Count / 2], OfLeastTenth * SmallGroup.LeastTenth(squares, square => square));
    }

    private static uint Bin(double deviation) => BitConverter.SingleToUInt32Bits((float)Math.Abs(deviation)) >> ExponentAndSomeBits;

    private struct Group
    {
        private double _first, _squares;
        private long _count;

        public bool Varies { get; private set; }

        public readonly double MeanSquare => _squares / _count;

        public void Add(double value)
        {
            _first = _count == 0 ? value : _first;
            Varies |= value != _first;
            _squares += value * value;
            _count++;
        }
    }
}
