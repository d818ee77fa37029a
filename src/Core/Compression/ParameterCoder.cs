using System.Buffers.Binary;
using CompressTasks.Coding;
using CompressTasks.Stages;

namespace CompressTasks.Compression;

/// <summary>Stores the last parameter matrix of a stack: its values are float32, coded without loss.</summary>
internal static class ParameterCoder
{
    /// <summary>64 Gaussians of three parameters each for a block of one column: no stage makes more of a value.</summary>
    private const long LargestExpansion = 192;

    /// <summary>Whether <see cref="Read"/> accepts a matrix of this size for a weight of so many elements.</summary>
    public static bool Accepts(long parameters, int elements) => parameters <= Math.Min(LargestExpansion * elements, Array.MaxLength / sizeof(double));

    public static void Write(Matrix parameters, ChunkWriter writer)
    {
        var bytes = new byte[parameters.Values.Length * sizeof(float)];
        for (var i = 0; i < parameters.Values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), (float)parameters.Values[i]);
        writer.Count(parameters.Rows);
        writer.Count(parameters.Columns);
        writer.Bytes(LosslessCoder.Encode(bytes, sizeof(float)));
    }

    public static Matrix Read(ChunkReader reader, int elements)
    {
        var rows = reader.Count();
        var columns = reader.Count();
        if (!Accepts((long)rows * columns, elements))
            throw ChunkReader.Corrupt($"a parameter matrix of {rows} × {columns} is larger than any stage makes of this weight");
        var bytes = new byte[rows * columns * sizeof(float)];
        LosslessCoder.Decode(reader.Bytes(), bytes);
        var values = new double[rows * columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return new Matrix(rows, columns, values);
    }
}
