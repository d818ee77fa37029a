using CompressTasks.Stages;

namespace CompressTasks.Compression;

/// <summary>How a weight of any shape is seen as a matrix.</summary>
internal static class MatrixView
{
    /// <summary>
    /// Rows = first axis, columns = the rest, row-major. A weight with one axis is a single row: one value per row would leave a stage nothing to find.
    /// </summary>
    public static Matrix Of(IReadOnlyList<long> shape, double[] values) => shape.Count switch
    {
        0 or 1 => new Matrix(1, values.Length, values),
        _ => new Matrix((int)shape[0], shape[0] == 0 ? 0 : values.Length / (int)shape[0], values),
    };
}
