using System.Buffers.Binary;
using CompressTasks.Coding.Lossless;
using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.WeightCoding.Decoding;

/// <summary>Reads the last parameter matrix of a stack.</summary>
internal static class ParameterDecoder
{
    /// <summary>The matrix follows exactly, as float32.</summary>
    public const byte Exact = 0;

    /// <summary>The matrix follows quantized.</summary>
    public const byte Quantized = 1;

    /// <summary>Reads the matrix after its size.</summary>
    /// <param name="reader">The chunk.</param>
    /// <param name="size">Rows and columns, which <see cref="StackLimits"/> allows.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static Matrix Read(ChunkReader reader, (int Rows, int Columns) size)
    {
        var (rows, columns) = size;
        return reader.Byte() switch
        {
            Exact => ReadExact(reader.Bytes(), rows, columns),
            Quantized => ScaledColumnsDecoder.Decode(reader.Bytes(), rows, columns),
            var kind => throw ChunkReader.Corrupt($"there is no way of storing parameters with the number {kind}"),
        };
    }

    private static Matrix ReadExact(ReadOnlyMemory<byte> chunk, int rows, int columns)
    {
        var bytes = new byte[rows * columns * sizeof(float)];
        LosslessDecoder.Decode(chunk, bytes);
        var values = new double[rows * columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return new Matrix(rows, columns, values);
    }
}
