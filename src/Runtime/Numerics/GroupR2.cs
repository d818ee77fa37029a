namespace CompressTasks.Numerics;

/// <summary>
/// How good the greater part of a weight is. R² of all values says nothing of it where a few values hold nearly all of the variance: one row of an
/// embedding, a channel, single values.
/// </summary>
/// <param name="Least">Of three: of the 99 % of the values that are nearest to the mean, and of the median group along each axis: rows, columns, channels.</param>
/// <param name="LeastTenth">
/// Of the groups along each axis the one that a tenth is smaller than, and of these the worst; dead ones do not count (<see cref="SmallGroup"/>).
/// </param>
/// <param name="Rows">Rows along the first axis; none of a vector.</param>
/// <param name="LostRows">How many of them are lost.</param>
internal readonly record struct GroupR2(double Least, double LeastTenth, int Rows, int LostRows)
{
    /// <summary>The largest values, as a share of all, that the bulk is without.</summary>
    private const double Tails = 0.01;

    private const int ExponentAndSomeBits = 19;

    /// <summary>R² below which most of a row is lost.</summary>
    public const double Lost = 0.5;

    /// <summary>Where nothing is lost.</summary>
    public static GroupR2 Exact => new(1, 1, 0, 0);

    /// <summary>Compares groups of values.</summary>
    /// <param name="type">Float, Float16, Double or BFloat16.</param>
    /// <param name="shape">Rows lie along its first axis that is longer than 1; the others have groups as well.</param>
    /// <param name="original">Little-endian elements.</param>
    /// <param name="decoded">As many of them.</param>
    public static GroupR2 Between(ElementType type, IReadOnlyList<long> shape, ReadOnlySpan<byte> original, ReadOnlySpan<byte> decoded)
    {
        var size = type.BitsPerElement() / 8;
        var count = original.Length / size;
        var axes = shape.Where(length => length > 1).ToList();
        if (count == 0 || axes.Count == 0)
            return Exact;
        var groups = axes.Select(length => new Group[length]).ToArray();
        var strides = new int[groups.Length];
        for (var (axis, stride) = (groups.Length - 1, 1); axis >= 0; stride *= groups[axis--].Length)
            strides[axis] = stride;
        var counts = new long[1 << (32 - 1 - ExponentAndSomeBits)];
        var bins = new Group[counts.Length];

        double mean = 0;
        Visit(type, original, decoded, (_, value, _) => mean += value / count);
        Visit(type, original, decoded, (index, value, error) =>
        {
            var deviation = value - mean;
            for (var axis = 0; axis < groups.Length; axis++)
                groups[axis][index / strides[axis] % groups[axis].Length].Add(value, error);
            var bin = BitConverter.SingleToUInt32Bits((float)Math.Abs(deviation)) >> ExponentAndSomeBits;
            counts[bin]++;
            bins[bin].Add(deviation, error);
        });
        var least = Bulk(counts, bins, count);
        return axes.Count == 1 ? new(least, 1, 0, 0)
            : new(Math.Min(least, groups.Min(Median)), groups.Min(LeastTenthOf), groups[0].Length,
                groups[0].Count(row => row.Varies && row.R2AboutZero < Lost));
    }

    private static double Bulk(long[] counts, Group[] bins, int count)
    {
        var left = count - (long)(Tails * count);
        var bulk = default(Group);
        for (var bin = 0; bin < counts.Length && left > 0; bin++)
        {
            // All of the last bin, unless most of it are tails.
            if (left < counts[bin] / 2)
                break;
            left -= counts[bin];
            bulk = bulk.With(bins[bin]);
        }

        return bulk.Varies ? bulk.R2 : 1;
    }

    private static double Median(Group[] groups)
    {
        var known = groups.Where(group => group.Varies).Select(group => group.R2AboutZero).Order().ToList();
        return known.Count == 0 ? 1 : known[known.Count / 2];
    }

    private static double LeastTenthOf(Group[] groups)
    {
        var known = groups.Where(group => group.Varies).OrderBy(group => group.Squares).ToList();
        return known.Count == 0 ? 1 : SmallGroup.LeastTenth(known, group => group.Squares).R2AboutZero;
    }

    private static void Visit(ElementType type, ReadOnlySpan<byte> original, ReadOnlySpan<byte> decoded, Action<int, double, double> take)
    {
        const int block = 256;
        Span<double> values = stackalloc double[2 * block];
        var size = type.BitsPerElement() / 8;
        for (var first = 0; first * (long)size < original.Length; first += block)
        {
            var length = Math.Min(block, (original.Length / size) - first);
            var a = values[..length];
            var b = values.Slice(block, length);
            ElementConversion.ReadValues(type, original.Slice(first * size, length * size), a);
            ElementConversion.ReadValues(type, decoded.Slice(first * size, length * size), b);
            for (var i = 0; i < length; i++)
                take(first + i, a[i], b[i] - a[i]);
        }
    }

    /// <summary>Sums over some of the values, or over their deviations from the mean of all.</summary>
    /// <param name="Varies">Whether the values differ: of padding, and of what was pruned, nothing can be lost.</param>
    private record struct Group(long Count, double Sum, double Squares, double Residual, double First, bool Varies)
    {
        /// <summary>Of all that the values are: the mean of a row may be what it says.</summary>
        public readonly double R2AboutZero => R2Of(Squares);

        /// <summary>About the mean of these values.</summary>
        public readonly double R2 => R2Of(Squares - (Sum * Sum / Count));

        public void Add(double value, double error)
        {
            First = Count == 0 ? value : First;
            Varies |= value != First;
            Count++;
            Sum += value;
            Squares += value * value;
            Residual += error * error;
        }

        public readonly Group With(Group other) => Count == 0 ? other : other.Count == 0 ? this : new(
            Count + other.Count, Sum + other.Sum, Squares + other.Squares, Residual + other.Residual, First,
            Varies || other.Varies || First != other.First);

        private readonly double R2Of(double total) => Residual == 0 ? 1 : total > 0 ? 1 - (Residual / total) : double.NegativeInfinity;
    }
}
