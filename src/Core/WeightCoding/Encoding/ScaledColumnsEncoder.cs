using CompressTasks.Coding.Quantization;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.WeightCoding.Decoding;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>
/// Quantizes a matrix with one step after each column was multiplied by a power of two, the one next to how strongly the weights notice it: the same
/// error in any scaled column is then about the same error of the weights.
/// </summary>
internal static class ScaledColumnsEncoder
{
    /// <summary>Quantizes to a sum of squared errors of the scaled values.</summary>
    /// <returns>The chunk and what it decodes to; null when the target cannot be met.</returns>
    public static (byte[] Chunk, Matrix Decoded)? Encode(Matrix parameters, IReadOnlyList<double> sensitivity, double allowed)
    {
        var exponents = sensitivity.Select(Exponent).ToArray();
        var scaled = ScaledColumnsDecoder.Scale(parameters, exponents, sign: 1);
        var means = Means(scaled);
        var centred = Encode(scaled, exponents, means, allowed);
        var plain = Encode(scaled, exponents, new float[means.Length], allowed);
        var chunk = centred is null || plain is null ? centred ?? plain : centred.Length < plain.Length ? centred : plain;
        return chunk is null ? null : (chunk, ScaledColumnsDecoder.Decode(chunk, parameters.Rows, parameters.Columns));
    }

    private static byte[]? Encode(Matrix scaled, int[] exponents, float[] means, double allowed)
    {
        var result = Quantizer.Encode(scaled.Values, [scaled.Rows, scaled.Columns], QuantizeTarget.SquaredError(allowed), NumericFormat.Float32,
            ScaledColumnsDecoder.Repeat(means, scaled.Rows).Values);
        if (!result.IsMet)
            return null;
        var writer = new ChunkWriter();
        foreach (var exponent in exponents)
            writer.Byte((byte)(exponent + ScaledColumnsDecoder.ExponentBias));
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
        sensitivity > 0 && double.IsFinite(sensitivity)
            ? Math.Clamp(Math.ILogB(sensitivity), -ScaledColumnsDecoder.LargestExponent, ScaledColumnsDecoder.LargestExponent)
                : -ScaledColumnsDecoder.LargestExponent;

    private static float[] Means(Matrix matrix)
    {
        var sums = new double[matrix.Columns];
        for (var i = 0; i < matrix.Values.Length; i++)
            sums[i % matrix.Columns] += matrix.Values[i];
        return Array.ConvertAll(sums, sum => (float)(sum / Math.Max(1, matrix.Rows)));
    }
}
