namespace CompressTasks.Stages.Gaussian;

/// <summary>Cholesky factors of small symmetric matrices in row-major arrays with a stride; the lower triangle is used.</summary>
internal static class Cholesky
{
    /// <summary>
    /// L with L·Lᵀ = M, in place; the diagonal of L is stored as its reciprocal. A row whose pivot is not above <paramref name="tolerance"/> times its diagonal element
    /// depends on the rows before it: it is dropped, which means that its reciprocal is set to zero, and with it its part of any solution.
    /// </summary>
    /// <returns>The number of rows that were kept.</returns>
    public static int Factor(Span<double> m, int n, int stride, double tolerance)
    {
        var kept = 0;
        for (var i = 0; i < n; i++)
        {
            var row = m.Slice(i * stride, i + 1);
            for (var j = 0; j < i; j++)
            {
                var other = m.Slice(j * stride, j + 1);
                row[j] = (row[j] - Dot(row, other, j)) * other[j];
            }

            var pivot = row[i] - Dot(row, row, i);
            var keep = pivot > tolerance * row[i];
            row[i] = keep ? 1 / Math.Sqrt(pivot) : 0;
            kept += keep ? 1 : 0;
        }

        return kept;
    }

    /// <summary>Solves L·Lᵀ·x = b in place; <paramref name="m"/> is what <see cref="Factor"/> left.</summary>
    public static void Solve(ReadOnlySpan<double> m, int n, int stride, Span<double> x)
    {
        for (var i = 0; i < n; i++)
        {
            var row = m.Slice(i * stride, i + 1);
            x[i] = (x[i] - Dot(row, x, i)) * row[i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            var row = m.Slice(i * stride, i + 1);
            var value = x[i] * row[i];
            x[i] = value;
            for (var j = 0; j < i; j++)
                x[j] -= value * row[j];
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
