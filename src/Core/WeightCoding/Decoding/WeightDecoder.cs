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
        var (rows, columns) = MatrixView.SizeOf(shape, elements);
        var count = reader.Count();
        if (count > reader.Remaining)
            throw ChunkReader.Corrupt($"{count} stages do not fit into {reader.Remaining} bytes");
        var decoders = new IStageDecoder[count];
        for (var i = 0; i < decoders.Length; i++)
            decoders[i] = StageDecoders.Read(reader);
        var matrix = ParameterDecoder.Read(reader, elements);
        foreach (var decoder in Enumerable.Reverse(decoders))
            matrix = decoder.Decode(matrix);
        if (matrix.Rows != rows || matrix.Columns != columns)
            throw ChunkReader.Corrupt($"it decodes to {matrix.Rows} × {matrix.Columns} values instead of {rows} × {columns}");

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
