using CompressTasks.Coding.Quantization.Axes;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Trellis;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Threading;

namespace CompressTasks.Coding.Quantization;

/// <summary>Reads what <c>Quantizer</c> wrote.</summary>
internal static class QuantizedChunk
{
    /// <summary>Reconstructs what <c>Quantizer.Encode</c> measured, bit for bit.</summary>
    /// <param name="chunk">What the encoder returned.</param>
    /// <param name="values">As many as were encoded; every one is representable in the format.</param>
    /// <param name="shape">The same as for encoding.</param>
    /// <param name="format">The same as for encoding.</param>
    /// <param name="prediction">The same as for encoding. It may be the array of <paramref name="values"/>.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static void Decode(ReadOnlyMemory<byte> chunk, double[] values, IReadOnlyList<long> shape, NumericFormat format,
        double[]? prediction = null) =>
        Decode(chunk, values.Length, shape, format, prediction, new WorkerPool(1), (first, decoded) => decoded.CopyTo(values.AsSpan(first)));

    /// <summary>As above, on several threads, and without an array of all values where the chunk does not need one.</summary>
    /// <param name="chunk">What the encoder returned.</param>
    /// <param name="count">The number of values that were encoded.</param>
    /// <param name="shape">The same as for encoding.</param>
    /// <param name="format">The same as for encoding.</param>
    /// <param name="prediction">The same as for encoding. A value's prediction is not needed any more when it has been handed over.</param>
    /// <param name="threads">What to decode with.</param>
    /// <param name="sink">Takes the values; every one is representable in the format.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged. Some values may have been handed over.</exception>
    public static void Decode(
        ReadOnlyMemory<byte> chunk, int count, IReadOnlyList<long> shape, NumericFormat format, double[]? prediction, WorkerPool threads,
            ValueSink sink)
    {
        if (prediction is not null)
            ArgumentOutOfRangeException.ThrowIfNotEqual(prediction.Length, count);
        var reader = new ChunkReader(chunk);
        QuantizationHeader? header = null;
        var axes = TensorAxes.Of(shape, count);
        ReadOnlyMemory<byte>[] streams = [];
        if (count > 0)
        {
            header = QuantizationHeader.Read(reader, axes);
            streams = new ReadOnlyMemory<byte>[((count - 1) / StreamLayout.StreamLength(count)) + 1];
            for (var stream = 0; stream < streams.Length; stream++)
                streams[stream] = reader.Bytes();
        }

        if (reader.Remaining != 0)
            throw ChunkReader.Corrupt($"{reader.Remaining} bytes are left over");
        if (header is not null)
            new TensorDecoder(header, axes, format, prediction, threads, sink).Decode(streams);
    }
}
