using CompressTasks.Coding.Quantization.Entropy;

namespace CompressTasks.Core.Tests.Coding.Quantization.Entropy;

public sealed class IndexCoderTests
{
    private static readonly int[,] _next = { { 0, 1 }, { 3, 2 }, { 5, 4 }, { 6, 7 }, { 1, 0 }, { 2, 3 }, { 4, 5 }, { 7, 6 } };

    [Theory]
    [InlineData(1, 9)]
    [InlineData(2, 12)]
    [InlineData(3_000, 0)]
    [InlineData(8_191, 10)]
    [InlineData(8_192, 10)]
    [InlineData(8_193, 16)]
    [InlineData(20_001, 19)]
    [InlineData(20_002, 25)]
    [InlineData(20_003, 60)]
    [InlineData(5_000, 96)]
    public void DecodedIndicesAreTheEncodedOnesAndThoseOfThePlainReader(int count, int center)
    {
        var (indices, classes) = Path(count, center, seed: count);

        var stream = IndexEncoder.Encode(indices, classes).ToArray();
        var decoded = new int[count];
        IndexDecoder.Decode(stream, classes, decoded);

        decoded.ShouldBe(indices);
        ReferenceQuantizedDecoder.Stream(stream, [.. classes.Select(c => (int)c)], out _).ShouldBe(indices);
    }

    [Theory]
    [InlineData(5_000, 9, 1)]
    [InlineData(100_000, 12, 4)]
    [InlineData(100_000, 3, 4)]
    [InlineData(50_000, 22, 4)]
    public void StreamIsAsLongAsItsModelsSay(int count, int center, int lanes)
    {
        var (indices, classes) = Path(count, center, seed: 5);

        var stream = IndexEncoder.Encode(indices, classes).ToArray();
        ReferenceQuantizedDecoder.Stream(stream, [.. classes.Select(c => (int)c)], out var information);

        // Every lane ends with 32 bits that say nothing and at most 32 that are not filled.
        (8 * stream.Length).ShouldBeInRange((int)information, (int)(1.0005 * information) + (64 * lanes));
    }

    [Fact]
    public void ModelsComeCloseToTheEntropyOfWhatTheyCode()
    {
        // Magnitudes of a geometric distribution of ratio r: entropy H(r)/(1 − r), and a bit of sign for each that is not zero.
        const double ratio = 0.6;
        var random = new Random(1);
        var (indices, classes) = Path(200_000, 12, 1, _ => (int)(Math.Log(1 - random.NextDouble()) / Math.Log(ratio)));
        var entropy = ((-ratio * Math.Log2(ratio)) - ((1 - ratio) * Math.Log2(1 - ratio))) / (1 - ratio);

        var bits = 8.0 * IndexEncoder.Encode(indices, classes).Length / indices.Length;

        bits.ShouldBeInRange(entropy + ratio - 0.03, entropy + ratio + 0.03);
    }

    [Fact]
    public void NoIndicesHaveAnEmptyStream() => IndexEncoder.Encode([], []).Length.ShouldBe(0);

    [Fact]
    public void LargestMagnitudesSurvive()
    {
        // State 0 and an odd magnitude lead to state 1, where the second quantizer is one step nearer to zero.
        int[] indices = [IndexBound.LargestIndex, -(IndexBound.LargestIndex - 1), 0];
        foreach (byte scaleClass in new byte[] { 0, 18, 19, 60, 102 })
        {
            var decoded = new int[3];
            byte[] classes = [scaleClass, scaleClass, scaleClass];

            IndexDecoder.Decode(IndexEncoder.Encode(indices, classes).Span, classes, decoded);

            decoded.ShouldBe(indices);
        }
    }

    [Fact]
    public void DamagedStreamsAreRefusedOrDecodeToIndicesInRange()
    {
        var (indices, classes) = Path(9_000, 20, 3);
        var decoded = new int[indices.Length];

        Damage.Everywhere(IndexEncoder.Encode(indices, classes).ToArray(), damaged =>
        {
            IndexDecoder.Decode(damaged, classes, decoded);
            decoded.ShouldAllBe(n => Math.Abs((long)n) <= IndexBound.LargestIndex);
        });
    }

    /// <summary>Indices on the trellis, lane by lane, with classes around a centre.</summary>
    private static (int[] Indices, byte[] Classes) Path(int count, int center, int seed, Func<int, int>? magnitudes = null)
    {
        var random = new Random(seed);
        var classes = Enumerable.Range(0, count).Select(_ => (byte)Math.Clamp(center + (magnitudes is null ? random.Next(-3, 4) : 0), 0, 102))
            .ToArray();
        var indices = new int[count];
        foreach (var (start, length) in StreamLayout.LanesOf(count))
        {
            var state = 0;
            for (var i = start; i < start + length; i++)
            {
                var magnitude = magnitudes?.Invoke(i)
                    ?? (int)Math.Min(Math.Abs(Samples.Gaussian(random)) * Math.Pow(2, (classes[i] - 9) / 3.0) * (random.Next(100) == 0 ? 30 : 0.6),
                        IndexBound.LargestMagnitude);
                indices[i] = (magnitude == 0 ? 0 : (2 * magnitude) - (state % 2)) * (random.Next(2) == 0 ? 1 : -1);
                state = _next[state, magnitude % 2];
            }
        }

        return (indices, classes);
    }
}
