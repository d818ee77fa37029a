using System.Buffers.Binary;
using CompressTasks.Coding.Lossless;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.WeightCoding;

/// <summary>
/// Stores the last parameter matrix of a stack: quantized, each column as finely as the weights notice it, so that the error that the stages make anyway hardly grows; or
/// exactly, as float32, where that is not possible or not smaller.
/// </summary>
internal static class ParameterCoder
{
    private const byte Exact = 0;
    private const byte Quantized = 1;

    /// <summary>64 Gaussians of three parameters each for a block of one column: no stage makes more of a value.</summary>
    private const long LargestExpansion = 192;

    /// <summary>By this share the squared error of the weights may grow when nothing after the stages makes up for it.</summary>
    private const double LeastShare = 0.001;

    /// <summary>Whether <see cref="Read"/> accepts a matrix of this size for a weight of so many elements.</summary>
    public static bool Accepts(long parameters, int elements) => parameters <= Math.Min(LargestExpansion * elements, Array.MaxLength / sizeof(double));

    /// <summary>Writes the last parameters of a stack.</summary>
    /// <param name="encoder">The stack.</param>
    /// <param name="errorIsCoded">Whether a residual follows. Then n parameters of N weights are best stored with n/N of the error: their bits and the residual's balance.</param>
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
            if (ScaledColumns.Encode(parameters, encoder.Sensitivity, allowed) is { } scaled
                && scaled.Chunk.Length < exact.Length
                && encoder.ErrorOf(scaled.Decoded) <= error * (1 + (2 * share)))
            {
                writer.Byte(Quantized);
                writer.Bytes(scaled.Chunk);
                return scaled.Decoded;
            }
        }

        writer.Byte(Exact);
        writer.Bytes(exact);
        return parameters;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
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
            Quantized => ScaledColumns.Decode(reader.Bytes(), rows, columns),
            var kind => throw ChunkReader.Corrupt($"there is no way of storing parameters with the number {kind}"),
        };
    }

    private static byte[] WriteExact(Matrix parameters)
    {
        var bytes = new byte[parameters.Values.Length * sizeof(float)];
        for (var i = 0; i < parameters.Values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), (float)parameters.Values[i]);
        return LosslessCoder.Encode(bytes, sizeof(float), exponentBits: 8, parameters.Columns);
    }

    private static Matrix ReadExact(ReadOnlyMemory<byte> chunk, int rows, int columns)
    {
        var bytes = new byte[rows * columns * sizeof(float)];
        LosslessCoder.Decode(chunk, bytes);
        var values = new double[rows * columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return new Matrix(rows, columns, values);
    }
}
