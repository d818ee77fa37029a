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

    /// <summary>Whether a chunk may have a matrix of this size, of parameters or on the way from them to a weight of so many elements.</summary>
    public static bool Accepts(int rows, int columns, int elements)
    {
        // An empty matrix has no values, but rows to go through.
        var largest = Math.Min(LargestExpansion * elements, Array.MaxLength / sizeof(double));
        return (long)Math.Max(rows, 1) * Math.Max(columns, 1) <= Math.Max(largest, 1);
    }

    /// <summary>Reads the rows and columns of what <see cref="Encoding.ParameterEncoder"/> wrote.</summary>
    /// <param name="reader">The chunk.</param>
    /// <param name="elements">Elements of the weight.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static (int Rows, int Columns) ReadSize(ChunkReader reader, int elements)
    {
        var (rows, columns) = (reader.Count(), reader.Count());
        return Accepts(rows, columns, elements) ? (rows, columns)
            : throw ChunkReader.Corrupt($"a parameter matrix of {rows} × {columns} is larger than any stage makes of this weight");
    }

    /// <summary>Reads the matrix after its size.</summary>
    /// <param name="reader">The chunk.</param>
    /// <param name="size">From <see cref="ReadSize"/>.</param>
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
