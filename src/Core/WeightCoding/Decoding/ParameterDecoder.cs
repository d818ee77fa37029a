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

    /// <summary>64 Gaussians of three parameters each for a block of one column: no stage makes more of a value.</summary>
    private const long LargestExpansion = 192;

    /// <summary>Whether <see cref="Read"/> accepts a matrix of this size for a weight of so many elements.</summary>
    public static bool Accepts(long parameters, int elements) =>
        parameters <= Math.Min(LargestExpansion * elements, Array.MaxLength / sizeof(double));

    /// <summary>Reads what <see cref="Encoding.ParameterEncoder"/> wrote.</summary>
    /// <param name="reader">The chunk.</param>
    /// <param name="elements">Elements of the weight.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static Matrix Read(ChunkReader reader, int elements)
    {
        var rows = reader.Count();
        var columns = reader.Count();
        if (!Accepts((long)rows * columns, elements))
            throw ChunkReader.Corrupt($"a parameter matrix of {rows} × {columns} is larger than any stage makes of this weight");
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
