namespace CompressTasks.Numerics;

/// <summary>The lower triangle of a symmetric matrix: its rows up to the diagonal, one after the other.</summary>
internal static class LowerTriangle
{
    /// <summary>The values of so many rows, and where the row after them begins.</summary>
    public static int Length(int rows) => checked((int)((long)rows * (rows + 1) / 2));

    /// <summary>The matrix, row-major; zeros above the diagonal.</summary>
    public static double[] ToMatrix(ReadOnlySpan<double> triangle, int n)
    {
        var matrix = new double[n * n];
        for (var row = 0; row < n; row++)
            triangle.Slice(Length(row), row + 1).CopyTo(matrix.AsSpan(row * n));
        return matrix;
    }
}
