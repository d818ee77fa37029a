using System.Buffers.Binary;
using CompressTasks.Coding.Lossless;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.WeightCoding.Decoding;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>
/// Stores the last parameter matrix of a stack: quantized, each column as finely as the weights notice it, so that the error that the stages make
/// anyway hardly grows; or exactly, as float32, where that is not possible or not smaller.
/// </summary>
internal static class ParameterEncoder
{
    /// <summary>By this share the squared error of the weights may grow when nothing after the stages makes up for it.</summary>
    private const double LeastShare = 0.001;

    /// <summary>Writes the last parameters of a stack.</summary>
    /// <param name="encoder">The stack.</param>
    /// <param name="errorIsCoded">
    /// Whether a residual follows. Then n parameters of N weights are best stored with n/N of the error: their bits and the residual's balance.
    /// </param>
    /// <param name="writer">Takes the parameters.</param>
    /// <returns>What a decoder reads.</returns>
    public static Matrix Write(StackEncoder encoder, bool errorIsCoded, ChunkWriter writer)
    {
        var parameters = encoder.Parameters;
        writer.Count(parameters.Rows);
        writer.Count(parameters.Columns);
        var exact = WriteExact(parameters);
        var error = encoder.ErrorOf(parameters);
        var share = errorIsCoded ? Math.Max(LeastShare, parameters.Values.LongLength / (double)encoder.Elements) : LeastShare;
        for (var allowed = error * share; allowed > error * share / 1e5 && double.IsFinite(error); allowed /= 10)
        {
            // First order says how the weights notice an error of the parameters; what they really notice decides.
            if (ScaledColumnsEncoder.Encode(parameters, encoder.Sensitivity, allowed) is { } scaled
                && scaled.Chunk.Length < exact.Length
                && encoder.ErrorOf(scaled.Decoded) <= error * (1 + (2 * share)))
            {
                writer.Byte(ParameterDecoder.Quantized);
                writer.Bytes(scaled.Chunk);
                return scaled.Decoded;
            }
        }

        writer.Byte(ParameterDecoder.Exact);
        writer.Bytes(exact);
        return parameters;
    }

    private static byte[] WriteExact(Matrix parameters)
    {
        var bytes = new byte[parameters.Values.Length * sizeof(float)];
        for (var i = 0; i < parameters.Values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), (float)parameters.Values[i]);
        return LosslessEncoder.Encode(bytes, sizeof(float), exponentBits: 8, parameters.Columns);
    }
}
