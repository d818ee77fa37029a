using CompressTasks.Coding.Quantization;
using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.WeightCoding.Decoding;

/// <summary>A matrix that was quantized with one step after each column was multiplied by a power of two.</summary>
internal static class ScaledColumnsDecoder
{
    public const int ExponentBias = 128;
    public const int LargestExponent = 126;

    /// <summary>Reads what <c>Encoding.ScaledColumnsEncoder</c> wrote.</summary>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static Matrix Decode(ReadOnlyMemory<byte> chunk, int rows, int columns)
    {
        var reader = new ChunkReader(chunk);
        if (columns > reader.Remaining)
            throw ChunkReader.Corrupt($"{columns} exponents do not fit into {reader.Remaining} bytes");
        var exponents = new int[columns];
        for (var i = 0; i < columns; i++)
            exponents[i] = Math.Clamp(reader.Byte() - ExponentBias, -LargestExponent, LargestExponent);
        var means = new float[columns];
        if (reader.Byte() != 0)
        {
            for (var i = 0; i < columns; i++)
                means[i] = reader.Single();
        }

        var scaled = Repeat(means, rows);
        QuantizedChunk.Decode(reader.Bytes(), scaled.Values, [rows, columns], NumericFormat.Float32, scaled.Values);
        return Scale(scaled, exponents, sign: -1).RoundToSingle();
    }

    /// <summary>Multiplies every column by a power of two.</summary>
    public static Matrix Scale(Matrix matrix, int[] exponents, int sign)
    {
        var scaled = new Matrix(matrix.Rows, matrix.Columns);
        for (var i = 0; i < matrix.Values.Length; i++)
            scaled.Values[i] = Math.ScaleB(matrix.Values[i], sign * exponents[i % matrix.Columns]);
        return scaled;
    }

    public static Matrix Repeat(float[] row, int rows)
    {
        var matrix = new Matrix(rows, row.Length);
        for (var i = 0; i < matrix.Values.Length; i++)
            matrix.Values[i] = row[i % row.Length];
        return matrix;
    }
}
