namespace CompressTasks.Coding.Quantization.Feedback;

/// <summary>What is below the diagonal of a square matrix, row after row: half of the memory.</summary>
internal static class Triangle
{
    /// <param name="matrix">n × n, row-major.</param>
    /// <param name="n">Its size.</param>
    public static double[] Below(ReadOnlySpan<double> matrix, int n)
    {
        var triangle = new double[Start(n)];
        for (var row = 1; row < n; row++)
            matrix.Slice(row * n, row).CopyTo(triangle.AsSpan(Start(row)));
        return triangle;
    }

    /// <summary>Where a row begins.</summary>
    public static int Start(int row) => (int)((long)row * (row - 1) / 2);
}
