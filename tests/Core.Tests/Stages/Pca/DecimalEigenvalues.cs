using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Stages.Pca;

/// <summary>
/// A slow reference: eigenvalues and eigenvectors of the centred scatter matrix XᵀX by the classical two-sided Jacobi method in 28-digit decimals.
/// </summary>
internal static class DecimalEigenvalues
{
    /// <summary>Eigenvalues from large to small, and their eigenvectors.</summary>
    public static (double[] Values, double[][] Vectors) OfScatter(Matrix matrix)
    {
        var n = matrix.Columns;
        var a = Scatter(matrix);
        var v = new decimal[n, n];
        for (var i = 0; i < n; i++)
            v[i, i] = 1;
        for (var sweep = 0; sweep < 30; sweep++)
        {
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                    Rotate(a, v, n, p, q);
            }
        }

        var order = Enumerable.Range(0, n).OrderByDescending(i => a[i, i]).ToArray();
        return ([.. order.Select(i => (double)a[i, i])], [.. order.Select(i => Enumerable.Range(0, n).Select(j => (double)v[j, i]).ToArray())]);
    }

    private static decimal[,] Scatter(Matrix matrix)
    {
        var x = new decimal[matrix.Rows, matrix.Columns];
        for (var j = 0; j < matrix.Columns; j++)
        {
            var mean = Enumerable.Range(0, matrix.Rows).Sum(i => (decimal)matrix[i, j]) / matrix.Rows;
            for (var i = 0; i < matrix.Rows; i++)
                x[i, j] = (decimal)matrix[i, j] - mean;
        }

        var a = new decimal[matrix.Columns, matrix.Columns];
        for (var j = 0; j < matrix.Columns; j++)
        {
            for (var k = 0; k < matrix.Columns; k++)
                a[j, k] = Enumerable.Range(0, matrix.Rows).Sum(i => x[i, j] * x[i, k]);
        }

        return a;
    }

    private static void Rotate(decimal[,] a, decimal[,] v, int n, int p, int q)
    {
        if (Math.Abs(a[p, q]) < 1e-24m)
            return;
        var theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        if (Math.Abs(theta) > 1e12m)
            return;
        var t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Sqrt((theta * theta) + 1));
        var c = 1 / Sqrt((t * t) + 1);
        var s = t * c;
        for (var k = 0; k < n; k++)
            (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
        for (var k = 0; k < n; k++)
            (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
        for (var k = 0; k < n; k++)
            (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
    }

    private static decimal Sqrt(decimal x)
    {
        var root = (decimal)Math.Sqrt((double)x);
        for (var i = 0; i < 3; i++)
            root = (root + (x / root)) / 2;
        return root;
    }
}
