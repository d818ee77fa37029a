using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Corpus;

/// <summary>Inputs that a model accepts, made from a seed.</summary>
public static class RandomInputs
{
    // Where the metadata says "any", what these models really take: a whole frame, or an image of the trained height.
    private static readonly Dictionary<string, Dictionary<string, long[]>> _shapes = new(StringComparer.Ordinal)
    {
        ["ch_PP-OCRv4_det_infer"] = new() { ["x"] = [1, 3, 64, 96] },
        ["ch_PP-OCRv4_rec_infer"] = new() { ["x"] = [1, 3, 48, 96] },
        ["ch_ppocr_mobile_v2.0_cls_infer"] = new() { ["x"] = [1, 3, 48, 192] },
        ["silero_vad"] = new() { ["input"] = [1, 576], ["state"] = [2, 1, 128] },
        ["silero_vad_16k_op15"] = new() { ["input"] = [1, 576], ["state"] = [2, 1, 128] },
        ["silero_vad_op18_ifless"] = new() { ["input"] = [1, 576], ["state"] = [2, 1, 128] },
        ["silero_vad_half"] = new() { ["input"] = [1, 576], ["state"] = [2, 1, 128] },
        ["tiny-gpt"] = new() { ["tokens"] = [2, 64] },
    };

    /// <summary>
    /// One tensor for every input of the model: real numbers uniform in [−1, 1), whole numbers and truth values 0 or 1, sampling rates 16,000.
    /// Axes of unknown extent are 1 unless the model is one of this corpus.
    /// </summary>
    /// <param name="session">The opened model.</param>
    /// <param name="modelName">The model's file name without extension.</param>
    /// <param name="seed">The same seed gives the same inputs.</param>
    /// <exception cref="NotSupportedException">An input is not a tensor of numbers or truth values.</exception>
    public static IReadOnlyList<NamedTensor> For(InferenceSession session, string modelName, int seed)
    {
        var random = new Random(seed);
        var shapes = _shapes.GetValueOrDefault(modelName);
        return [.. session.InputNames.Select(name => Input(name, session.InputMetadata[name], shapes?.GetValueOrDefault(name), random))];
    }

    private static NamedTensor Input(string name, NodeMetadata metadata, long[]? knownShape, Random random)
    {
        if (!metadata.IsTensor)
            throw new NotSupportedException($"Input '{name}' is a {metadata.OnnxValueType}; only tensors can be made up.");
        var shape = knownShape ?? [.. metadata.Dimensions.Select(extent => extent < 0 ? 1L : extent)];
        var count = (int)shape.Aggregate(1L, (product, extent) => checked(product * extent));
        var type = metadata.ElementDataType;
        return new NamedTensor(name, type, shape, name == "sr" ? SamplingRate(count) : Elements(name, type, count, random));
    }

    private static byte[] SamplingRate(int count)
    {
        var rates = new long[count];
        rates.AsSpan().Fill(16_000);
        return MemoryMarshal.AsBytes(rates.AsSpan()).ToArray();
    }

    private static byte[] Elements(string name, TensorElementType type, int count, Random random) => type switch
    {
        TensorElementType.Float => Fill(count, sizeof(float), element => BinaryPrimitives.WriteSingleLittleEndian(element, (float)Real(random))),
        TensorElementType.Double => Fill(count, sizeof(double), element => BinaryPrimitives.WriteDoubleLittleEndian(element, Real(random))),
        TensorElementType.Float16 => Fill(count, 2, element => BinaryPrimitives.WriteHalfLittleEndian(element, (Half)Real(random))),
        TensorElementType.Int64 or TensorElementType.UInt64 => WholeNumbers(count, 8, random),
        TensorElementType.Int32 or TensorElementType.UInt32 => WholeNumbers(count, 4, random),
        TensorElementType.Int16 or TensorElementType.UInt16 => WholeNumbers(count, 2, random),
        TensorElementType.Int8 or TensorElementType.UInt8 or TensorElementType.Bool => WholeNumbers(count, 1, random),
        _ => throw new NotSupportedException($"Input '{name}' has elements of type {type}; only numbers and truth values can be made up."),
    };

    private static double Real(Random random) => (random.NextDouble() * 2) - 1;

    private static byte[] WholeNumbers(int count, int size, Random random) =>
        Fill(count, size, element => element[0] = (byte)random.Next(2));

    private static byte[] Fill(int count, int size, SpanWriter write)
    {
        var bytes = new byte[count * size];
        for (var i = 0; i < count; i++)
            write(bytes.AsSpan(i * size, size));
        return bytes;
    }

    private delegate void SpanWriter(Span<byte> element);
}
