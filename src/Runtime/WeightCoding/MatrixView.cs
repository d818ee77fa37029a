using CompressTasks.Numerics;

namespace CompressTasks.WeightCoding;

/// <summary>How a weight of any shape is seen as a matrix.</summary>
internal static class MatrixView
{
    /// <summary>
    /// Rows = first axis, columns = the rest, row-major. A weight with one axis is a single row: one value per row would leave a stage nothing to
    /// find.
    /// </summary>
    public static Matrix Of(IReadOnlyList<long> shape, double[] values)
    {
        var (rows, columns) = SizeOf(shape, values.Length);
        return new Matrix(rows, columns, values);
    }

    /// <summary>The matrix's size.</summary>
    public static (int Rows, int Columns) SizeOf(IReadOnlyList<long> shape, int elements) => shape.Count switch
    {
        0 or 1 => (1, elements),
        _ when elements == 0 => ((int)Math.Min(shape[0], int.MaxValue), 0),
        _ => ((int)shape[0], elements / (int)shape[0]),
    };
}
