using CompressTasks.Coding.Quantization;
using CompressTasks.Numerics;
using CompressTasks.Threading;

namespace CompressTasks.Core.Tests.Coding.Quantization;

/// <summary>Tensors of several streams, which are decoded at the same time.</summary>
public sealed class TensorDecoderTests
{
    [Theory]
    [InlineData("rows", false)]
    [InlineData("columns", true)]
    [InlineData("scales", false)]
    [InlineData("smooth", false)]
    [InlineData("smooth", true)]
    public void AnyNumberOfThreadsHandsOverTheSameValuesOnceEach(string name, bool predicted)
    {
        // Three streams that end amid rows.
        long[] shape = [7, 211, 401];
        var values = Samples.Tensor(name, 7, 211, 401);
        var prediction = predicted ? values.Select((value, i) => i % 3 == 0 ? 0 : Math.Round(value, 1)).ToArray() : null;
        var result = Quantizer.Encode(values, shape, QuantizeTarget.Step(0.1), NumericFormat.Float32, prediction);

        var expected = new double[values.Length];
        QuantizedChunk.Decode(result.Chunk, expected, shape, NumericFormat.Float32, prediction);
        values.Zip(expected, (a, b) => (a - b) * (a - b)).Sum()
            .ShouldBe(result.Error.Residual, 1e-9 * result.Error.Residual, "the error that the encoder measured on values of its own");

        foreach (var threads in new[] { 1, 2, 7 })
        {
            var decoded = new double[values.Length];
            var times = new int[values.Length];
            QuantizedChunk.Decode(result.Chunk, values.Length, shape, NumericFormat.Float32, prediction, new WorkerPool(threads), (first, part) =>
            {
                part.CopyTo(decoded.AsSpan(first));
                for (var i = 0; i < part.Length; i++)
                    Interlocked.Increment(ref times[first + i]);
            });
            decoded.AsSpan().SequenceEqual(expected).ShouldBeTrue();
            times.ShouldAllBe(n => n == 1);
        }
    }

    [Fact]
    public void TheChunkOfATensorOfSeveralStreamsIsRefusedWhenOneIsDamaged()
    {
        var values = Samples.Of("gaussian", 600_000);
        var chunk = Quantizer.Encode(values, [600_000], QuantizeTarget.Step(0.01), NumericFormat.Float32).Chunk!;
        byte[] shorter = chunk[..^1];
        byte[] longer = [.. chunk, 0];

        foreach (var damaged in new[] { shorter, longer })
            Should.Throw<InvalidDataException>(() =>
                QuantizedChunk.Decode(damaged, values.Length, [600_000], NumericFormat.Float32, null, new WorkerPool(3), (_, _) => { }));
    }
}
