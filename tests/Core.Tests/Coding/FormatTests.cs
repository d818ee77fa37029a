using System.Text;
using CompressTasks.Coding.Dictionary;
using CompressTasks.Coding.Lossless;
using CompressTasks.Coding.Quantization;
using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Coding;

/// <summary>What docs/artifact-format.md says is what the coders write.</summary>
[Trait("Speed", "Slow")]
public sealed class FormatTests
{
    [Theory]
    [InlineData("gaussian", 0.0001)]
    [InlineData("student", 0.1)]
    [InlineData("shifted", 0.00001)]
    [InlineData("outlier", 1e22)]
    [InlineData("alternating", 1)]
    [InlineData("ramp", 0.002)]
    public void DocumentedQuantizerChunkIsWhatTheEncoderWrites(string name, double step)
    {
        foreach (var shape in new int[][] { [7], [8_191], [8_193], [300, 100] })
        {
            var values = Samples.Of(name, shape.Aggregate((a, b) => a * b));

            // A ramp is decoded by a cosine transform.
            MatchesTheDocument(values, shape, step, name == "ramp" ? 1e-10 : 0);
        }
    }

    [Theory]
    [InlineData("rows")]
    [InlineData("columns")]
    [InlineData("scales")]
    [InlineData("smooth")]
    public void DocumentedMeansScalesAndTransformsAreWhatTheEncoderWrites(string name) =>
        MatchesTheDocument(Samples.Tensor(name, 20, 30, 40), [20, 30, 40], 0.1, 1e-12);

    [Fact]
    public void DocumentedStreamsAreWhatTheEncoderWrites() =>
        MatchesTheDocument(Samples.Of("gaussian", 300_001), [300_001], 0.01, 0);

    private static void MatchesTheDocument(double[] values, int[] shape, double step, double tolerance)
    {
        long[] dims = [.. shape.Select(length => (long)length)];
        var chunk = Quantizer.Encode(values, dims, QuantizeTarget.Step(step), NumericFormat.Float64).Chunk!;
        var decoded = new double[values.Length];
        QuantizedChunk.Decode(chunk, decoded, dims, NumericFormat.Float64);

        // Cosines of the C library differ from ours in the last place.
        ReferenceQuantizedDecoder.Values(chunk, shape).Zip(decoded, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(tolerance);
    }

    [Theory]
    [InlineData("gaussian", 4)]
    [InlineData("sparse", 8)]
    [InlineData("ramp", 2)]
    [InlineData("constant", 1)]
    public void DocumentedLosslessChunkIsWhatTheEncoderWrites(string name, int elementSize)
    {
        var payload = Samples.Float32Bytes(Samples.Of(name, 10_000));

        ReferenceDecoder.Lossless(LosslessEncoder.Encode(payload, elementSize), payload.Length).AsSpan().SequenceEqual(payload).ShouldBeTrue();
    }

    [Theory]
    [InlineData("gaussian", 4, 8)]
    [InlineData("student", 2, 5)]
    [InlineData("subnormal", 4, 8)]
    [InlineData("outlier", 4, 8)]
    [InlineData("laplace", 2, 8)]
    [InlineData("shifted", 8, 11)]
    public void DocumentedFloatsAreWhatTheEncoderWrites(string name, int elementSize, int exponentBits)
    {
        var values = Samples.Of(name, 6_000);
        foreach (var all in new double[][] { values, [.. values, .. values.Reverse()] })
        {
            var payload = Samples.FloatBytes(all, elementSize, exponentBits);

            ReferenceDecoder.Lossless(LosslessEncoder.Encode(payload, elementSize, exponentBits, 30), payload.Length).AsSpan().SequenceEqual(payload)
                .ShouldBeTrue();
        }
    }

    [Fact]
    public void DocumentedDictionaryCodeIsWhatTheEncoderWrites()
    {
        var random = new Random(9);
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"/layers.{i % 7}/weight_{random.Next(1000)} ")));

        ReferenceDecoder.Dictionary(DictionaryEncoder.Encode(bytes), bytes.Length).ShouldBe(bytes);
    }
}
