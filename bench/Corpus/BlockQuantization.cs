using CompressTasks.Numerics;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>
/// The usual integer formats: every block of consecutive values has a scale in half precision, every value a signed integer.
/// Blocks run over the ends of rows, so that the format always has its best rate; a last block may be shorter.
/// </summary>
/// <param name="Bits">4 or 8 bits per value.</param>
/// <param name="Block">Values per scale.</param>
/// <param name="Search">Whether the scale with the least squared error of 40 is taken, or the one that just fits the largest magnitude.</param>
internal sealed record BlockQuantization(int Bits, int Block, bool Search) : IFixedFormat
{
    private const int ScaleBits = 16;

    private const int Candidates = 20;

    /// <summary>The formats on the page.</summary>
    public static IReadOnlyList<BlockQuantization> All { get; } =
    [
        new(4, 32, Search: false),
        new(4, 32, Search: true),
        new(4, 128, Search: false),
        new(4, 128, Search: true),
        new(8, 32, Search: false),
        new(8, 128, Search: false),
    ];

    public string Title => $"{Bits} bits, blocks of {Block}{(Search ? ", scale searched" : "")}";

    public CodingPoint Measure(WeightSet set)
    {
        var errors = set.Weights.AsParallel().AsOrdered().Select(Error).ToList();
        return CodingPoint.Of(set.Weights.Sum(SizeInBits) / set.Elements, errors);
    }

    /// <summary>The error of one weight.</summary>
    public SquaredError Error(WeightData weight) => SquaredError.Between(weight.Values, Decoded(weight));

    public double SizeInBits(WeightData weight) =>
        ((double)Bits * weight.Values.Length) + (ScaleBits * Math.Ceiling(weight.Values.Length / (double)Block));

    public double[] Decoded(WeightData weight)
    {
        var decoded = new double[weight.Values.Length];
        for (var start = 0; start < decoded.Length; start += Block)
        {
            var length = Math.Min(Block, decoded.Length - start);
            Quantize(weight.Values.AsSpan(start, length), decoded.AsSpan(start, length));
        }

        return decoded;
    }

    private void Quantize(ReadOnlySpan<double> values, Span<double> decoded)
    {
        var extreme = 0.0;
        foreach (var value in values)
            extreme = Math.Abs(value) > Math.Abs(extreme) ? value : extreme;

        var largest = (1 << (Bits - 1)) - 1;
        var best = (Scale: Rounded(extreme / largest), Error: double.PositiveInfinity);
        if (Search)
        {
            for (var i = 0; i < Candidates; i++)
            {
                // From the scale that clips nothing to one that clips 40 % of the range; the second form uses the extra negative integer.
                var shrink = 1 - (0.4 * i / (Candidates - 1));
                Try(values, Rounded(extreme / largest * shrink), ref best);
                Try(values, Rounded(extreme / (-largest - 1) * shrink), ref best);
            }
        }

        for (var i = 0; i < values.Length; i++)
            decoded[i] = Index(values[i], best.Scale) * best.Scale;
    }

    private void Try(ReadOnlySpan<double> values, double scale, ref (double Scale, double Error) best)
    {
        var error = 0.0;
        foreach (var value in values)
        {
            var difference = value - (Index(value, scale) * scale);
            error += difference * difference;
        }

        if (error < best.Error)
            best = (scale, error);
    }

    private double Index(double value, double scale)
    {
        var limit = 1 << (Bits - 1);
        return scale == 0 ? 0 : Math.Clamp(Math.Round(value / scale), -limit, limit - 1);
    }

    private static double Rounded(double scale) => (double)(Half)scale;
}
