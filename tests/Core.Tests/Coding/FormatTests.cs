using System.Text;
using CompressTasks.Coding;

namespace CompressTasks.Core.Tests.Coding;

/// <summary>What docs/artifact-format.md says is what the coders write.</summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData("gaussian", 0.0001)]
    [InlineData("student", 0.1)]
    [InlineData("shifted", 0.00001)]
    [InlineData("outlier", 1e22)]
    [InlineData("alternating", 1)]
    public void DocumentedQuantizerChunkIsWhatTheEncoderWrites(string name, double step)
    {
        var values = Samples.Of(name, 70_000);
        var chunk = Quantizer.Encode(values, QuantizeTarget.Step(step), NumericFormat.Float64).Chunk!;
        var decoded = new double[values.Length];
        Quantizer.Decode(chunk, decoded, NumericFormat.Float64);

        ReferenceDecoder.Quantized(chunk, values.Length).AsSpan().SequenceEqual(decoded).ShouldBeTrue();
    }

    [Theory]
    [InlineData("gaussian", 4)]
    [InlineData("sparse", 8)]
    [InlineData("ramp", 2)]
    [InlineData("constant", 1)]
    public void DocumentedLosslessChunkIsWhatTheEncoderWrites(string name, int elementSize)
    {
        var payload = Samples.Float32Bytes(Samples.Of(name, 10_000));

        ReferenceDecoder.Lossless(LosslessCoder.Encode(payload, elementSize), payload.Length).AsSpan().SequenceEqual(payload).ShouldBeTrue();
    }

    [Fact]
    public void DocumentedDictionaryCodeIsWhatTheEncoderWrites()
    {
        var random = new Random(9);
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"/layers.{i % 7}/weight_{random.Next(1000)} ")));

        ReferenceDecoder.Dictionary(DictionaryCoder.Encode(bytes), bytes.Length).ShouldBe(bytes);
    }
}
