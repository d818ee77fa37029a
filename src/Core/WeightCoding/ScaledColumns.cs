using CompressTasks.Coding.Quantization;
using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.WeightCoding;

/// <summary>
/// Quantizes a matrix with one step after each column was multiplied by a power of two, the one next to how strongly the weights notice it: the same error in any scaled column
/// is then about the same error of the weights.
/// </summary>
internal static class ScaledColumns
{
    private const int ExponentBias = 128;
    private const int LargestExponent = 126;

    /// <summary>Quantizes to a sum of squared errors of the scaled values.</summary>
    /// <returns>The chunk and what it decodes to; null when the target cannot be met.</returns>
    public static (byte[] Chunk, Matrix Decoded)? Encode(Matrix parameters, IReadOnlyList<double> sensitivity, double allowed)
    {
        var exponents = sensitivity.Select(Exponent).ToArray();
        var scaled = Scale(parameters, exponents, sign: 1);
        var means = Means(scaled);
        var centred = Encode(scaled, exponents, means, allowed);
        var plain = Encode(scaled, exponents, new float[means.Length], allowed);
        var chunk = centred is null || plain is null ? centred ?? plain : centred.Length < plain.Length ? centred : plain;
        return chunk is null ? null : (chunk, Decode(chunk, parameters.Rows, parameters.Columns));
    }

    /// <summary>Reads what <see cref="Encode(Matrix, IReadOnlyList{double}, double)"/> wrote.</summary>
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
        Quantizer.Decode(reader.Bytes(), scaled.Values, [rows, columns], NumericFormat.Float32, scaled.Values);
        return Scale(scaled, exponents, sign: -1).RoundToSingle();
    }

    private static byte[]? Encode(Matrix scaled, int[] exponents, float[] means, double allowed)
    {
        var result = Quantizer.Encode(scaled.Values, [scaled.Rows, scaled.Columns], QuantizeTarget.SquaredError(allowed), NumericFormat.Float32, Repeat(means, scaled.Rows).Values);
        if (!result.IsMet)
            return null;
        var writer = new ChunkWriter();
        foreach (var exponent in exponents)
            writer.Byte((byte)(exponent + ExponentBias));
        var isCentred = means.AsSpan().ContainsAnyExcept(0f);
        writer.Byte(isCentred ? (byte)1 : (byte)0);
        if (isCentred)
        {
            foreach (var mean in means)
                writer.Single(mean);
        }

        writer.Bytes(result.Chunk);
        return writer.Written.ToArray();
    }

    /// <summary>A column that the weights do not notice at all is as good as its mean.</summary>
    private static int Exponent(double sensitivity) =>
        sensitivity > 0 && double.IsFinite(sensitivity) ? Math.Clamp(Math.ILogB(sensitivity), -LargestExponent, LargestExponent) : -LargestExponent;

    private static Matrix Scale(Matrix matrix, int[] exponents, int sign)
    {
        var scaled = new Matrix(matrix.Rows, matrix.Columns);
        for (var i = 0; i < matrix.Values.Length; i++)
            scaled.Values[i] = Math.ScaleB(matrix.Values[i], sign * exponents[i % matrix.Columns]);
        return scaled;
    }

    private static float[] Means(Matrix matrix)
    {
        var sums = new double[matrix.Columns];
        for (var i = 0; i < matrix.Values.Length; i++)
            sums[i % matrix.Columns] += matrix.Values[i];
        return Array.ConvertAll(sums, sum => (float)(sum / Math.Max(1, matrix.Rows)));
    }

    private static Matrix Repeat(float[] row, int rows)
    {
        var matrix = new Matrix(rows, row.Length);
        for (var i = 0; i < matrix.Values.Length; i++)
            matrix.Values[i] = row[i % row.Length];
        return matrix;
    }
}
