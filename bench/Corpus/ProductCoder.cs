using CompressTasks.Coding.Lossless;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.Threading;
using CompressTasks.WeightCoding;
using CompressTasks.WeightCoding.Decoding;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>
/// Codes weights the way a compression does: weight by weight through <see cref="Encoding.WeightEncoder"/>, weights in parallel through
/// <see cref="OrderedParallel"/>.
/// </summary>
internal static class ProductCoder
{
    /// <summary>The chunk of every weight, with all side information.</summary>
    public static byte[][] Encode(WeightSet set, StackSpec stack, int threads) => Encode(set, _ => stack, threads);

    /// <summary>As above, with a stack for each weight.</summary>
    public static byte[][] Encode(WeightSet set, Func<WeightData, StackSpec> stackOf, int threads)
    {
        var chunks = new byte[set.Weights.Count][];
        Run(
            set,
            threads,
            weight => WeightEncoder.Encode(weight.Payload, weight.Type, weight.Shape, stackOf(weight), 1, CancellationToken.None).Chunk,
            (i, chunk) => chunks[i] = chunk);
        return chunks;
    }

    /// <summary>The payload of every weight.</summary>
    public static byte[][] Decode(WeightSet set, byte[][] chunks, int threads)
    {
        var payloads = set.Weights.Select(weight => new byte[weight.Payload.Length]).ToArray();
        var decoding = new WorkerPool(threads);
        OrderedParallel.Run(
            Work(set),
            decoding,
            i =>
            {
                WeightDecoder.Decode(chunks[i], set.Weights[i].Type, set.Weights[i].Shape, payloads[i], decoding);
                return i;
            },
            (_, _) => { },
            CancellationToken.None);
        return payloads;
    }

    /// <summary>Bytes of all chunks, and what they decode to against the originals.</summary>
    public static CodingPoint Measure(WeightSet set, byte[][] chunks)
    {
        var payloads = Decode(set, chunks, Environment.ProcessorCount);
        var errors = set.Weights.Select((weight, i) =>
        {
            var decoded = new double[weight.Values.Length];
            ElementConversion.ReadValues(weight.Type, payloads[i], decoded);
            return SquaredError.Between(weight.Values, decoded);
        });
        return CodingPoint.Of(8.0 * chunks.Sum(chunk => chunk.LongLength) / set.Elements, [.. errors]);
    }

    private static long[] Work(WeightSet set) => [.. set.Weights.Select(weight => (long)weight.Payload.Length)];

    private static void Run<T>(WeightSet set, int threads, Func<WeightData, T> produce, Action<int, T> consume) =>
        OrderedParallel.Run(Work(set), threads, i => produce(set.Weights[i]), consume, CancellationToken.None);
}
