using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Stages.Pca;

/// <summary>Reconstructs rows from scores: mean + scores · basis.</summary>
/// <param name="basis">Components × columns, float32 values.</param>
/// <param name="mean">1 × columns, float32 values.</param>
internal sealed class PcaDecoder(Matrix basis, Matrix mean) : IStageDecoder
{
    private const int RowsAtOnce = 8;

    /// <inheritdoc/>
    public string Name => "pca";

    public int Components => basis.Rows;

    /// <summary>Components × columns for the basis and columns for the mean.</summary>
    public long SideParameterCount => basis.Values.LongLength + mean.Values.LongLength;

    /// <inheritdoc/>
    public (int Rows, int Columns) SizeOfDecoded(int rows, int columns) => columns == basis.Rows ? (rows, basis.Columns)
        : throw ChunkReader.Corrupt($"there are {columns} scores a row for {basis.Rows} principal components");

    /// <inheritdoc/>
    public Matrix Decode(Matrix parameters)
    {
        _ = SizeOfDecoded(parameters.Rows, parameters.Columns);
        var result = new Matrix(parameters.Rows, basis.Columns);
        for (var i = 0; i < result.Rows; i++)
            mean.Values.CopyTo(result.Row(i));

        // A few rows at a time, so that a basis larger than the cache is not read again for every row.
        for (var top = 0; top < result.Rows; top += RowsAtOnce)
        {
            for (var k = 0; k < basis.Rows; k++)
            {
                for (var i = top; i < Math.Min(top + RowsAtOnce, result.Rows); i++)
                    VectorKernels.AddScaled(parameters[i, k], basis.Row(k), result.Row(i));
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public void Write(ChunkWriter writer)
    {
        writer.Matrix(basis);
        writer.Matrix(mean);
    }

    public static PcaDecoder Read(ChunkReader reader)
    {
        var basis = reader.Matrix();
        var mean = reader.Matrix();
        return mean.Rows == 1 && mean.Columns == basis.Columns
            ? new PcaDecoder(basis, mean)
            : throw ChunkReader.Corrupt($"a mean of {mean.Rows} × {mean.Columns} does not fit a basis of {basis.Rows} × {basis.Columns}");
    }
}
