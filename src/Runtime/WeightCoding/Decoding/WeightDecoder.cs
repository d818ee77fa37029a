using CompressTasks.Artifacts;
using CompressTasks.Coding.Lossless;
using CompressTasks.Coding.Quantization;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Stages;
using CompressTasks.Threading;

namespace CompressTasks.WeightCoding.Decoding;

/// <summary>Turns a chunk of <see cref="ChunkKind"/> back into the payload of a weight.</summary>
internal static class WeightDecoder
{
    /// <summary>Reconstructs a payload.</summary>
    /// <param name="type">The weight's element type.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="payload">As many bytes as the weight has in the model.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static void Decode(ReadOnlyMemory<byte> chunk, ElementType type, IReadOnlyList<long> shape, Span<byte> payload) =>
        Decode(chunk, type, shape, payload, new WorkerPool(1));

    /// <summary>As above, on several threads.</summary>
    public static void Decode(ReadOnlyMemory<byte> chunk, ElementType type, IReadOnlyList<long> shape, Span<byte> payload, WorkerPool threads)
    {
        var reader = new ChunkReader(chunk);
        var kind = (ChunkKind)reader.Byte();
        // Everything but a copy counts the values of a floating-point type, and there is no such count for some other types.
        if (kind != ChunkKind.Lossless)
            _ = type.Format();
        switch (kind)
        {
            case ChunkKind.Lossless:
                LosslessDecoder.Decode(reader.Bytes(), payload);
                break;
            case ChunkKind.Quantized:
                DecodeQuantized(reader.Bytes(), type, shape, null, payload, threads);
                break;
            case ChunkKind.Stacked:
                DecodeStack(reader, type, shape, payload, threads);
                break;
            case ChunkKind.Calibrated:
                ElementConversion.WriteValues(type, CalibratedDecoder.Decode(reader, payload.Length / type.ByteSize(), type.Format(), threads),
                    payload);
                break;
            default:
                throw ChunkReader.Corrupt($"there is no kind of chunk with the number {(byte)kind}");
        }
    }

    /// <summary>Decodes the weights of an artifact, each of them on several threads.</summary>
    public static ChunkDecoder Of(WorkerPool threads) =>
        (chunk, weight, payload) => Decode(chunk, (ElementType)weight.ElementType, weight.Dims, payload, threads);

    /// <summary>Writes values into the payload as they are decoded, from several threads.</summary>
    private static unsafe void DecodeQuantized(ReadOnlyMemory<byte> chunk, ElementType type, IReadOnlyList<long> shape, double[]? prediction,
        Span<byte> payload, WorkerPool threads)
    {
        var size = type.ByteSize();
        var count = payload.Length / size;
        fixed (byte* pinned = payload)
        {
            var start = pinned;
            QuantizedChunk.Decode(chunk, count, shape, type.Format(), prediction, threads, (first, values) =>
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThan(first, count - values.Length);
                ElementConversion.WriteValues(type, values, new Span<byte>(start + ((long)first * size), values.Length * size));
            });
        }
    }

    private static void DecodeStack(ChunkReader reader, ElementType type, IReadOnlyList<long> shape, Span<byte> payload, WorkerPool threads)
    {
        var elements = payload.Length / type.ByteSize();
        var count = reader.Count();
        if (count > StackLimits.MaxStages)
            throw ChunkReader.Corrupt($"{count} stages, expected {StackLimits.MaxStages} at most");
        var decoders = new IStageDecoder[count];
        for (var i = 0; i < decoders.Length; i++)
            decoders[i] = StageDecoders.Read(reader);
        Array.Reverse(decoders);
        var parameters = (reader.Count(), reader.Count());
        if (StackLimits.Violation(decoders, parameters, MatrixView.SizeOf(shape, elements)) is { } violation)
            throw ChunkReader.Corrupt(violation);
        var matrix = ParameterDecoder.Read(reader, parameters);
        foreach (var decoder in decoders)
            matrix = decoder.Decode(matrix);

        if (reader.Byte() == 0)
        {
            type.Format().Round(matrix.Values);
            ElementConversion.WriteValues(type, matrix.Values, payload);
        }
        else
        {
            DecodeQuantized(reader.Bytes(), type, shape, matrix.Values, payload, threads);
        }
    }
}
