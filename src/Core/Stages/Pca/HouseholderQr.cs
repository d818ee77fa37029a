using CompressTasks.Numerics;

namespace CompressTasks.Stages.Pca;

/// <summary>The triangular factor of a QR decomposition with column pivoting, by Householder reflections.</summary>
internal static class HouseholderQr
{
    /// <summary>
    /// R of A = QR with its columns in the order of A's, so that RᵀR = AᵀA and R has the singular values and right singular vectors of A.
    /// Pivoting leaves the rows graded from large to small, on which the Jacobi sweeps that follow converge fast and keep small directions.
    /// </summary>
    /// <param name="a">Rows ≥ columns.</param>
    /// <param name="cancellationToken">Checked between reflections.</param>
    /// <returns>Columns × columns.</returns>
    public static Matrix TriangularFactor(Matrix a, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Rows, a.Columns);
        var count = a.Columns;
        var columns = a.Transpose();
        var order = Enumerable.Range(0, count).ToArray();
        var rest = order.Select(j => VectorKernels.Dot(columns.Row(j), columns.Row(j))).ToArray();
        var r = new Matrix(count, count);
        for (var k = 0; k < count; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var largest = k;
            for (var j = k + 1; j < count; j++)
            {
                if (rest[order[j]] > rest[order[largest]])
                    largest = j;
            }

            (order[k], order[largest]) = (order[largest], order[k]);
            r[k, order[k]] = Reflect(columns, order, k, rest);
            for (var j = k + 1; j < count; j++)
                r[k, order[j]] = columns[order[j], k];
        }

        return r;
    }

    /// <summary>Reflects the pivot column onto the k-th axis and the columns after it along; returns the diagonal entry.</summary>
    private static double Reflect(Matrix columns, int[] order, int k, double[] rest)
    {
        var pivot = columns.Row(order[k])[k..];
        var norm = Math.Sqrt(rest[order[k]]);
        if (norm == 0)
            return 0;

        // The sign that adds up: the reflector is never the difference of two nearly equal numbers.
        var diagonal = pivot[0] > 0 ? -norm : norm;
        pivot[0] -= diagonal;
        var factor = 1 / (diagonal * pivot[0]);
        foreach (var j in order.AsSpan(k + 1))
        {
            var column = columns.Row(j)[k..];
            VectorKernels.AddScaled(factor * VectorKernels.Dot(pivot, column), pivot, column);

            // Computed anew: a norm that is only reduced step by step loses its digits by cancellation.
            rest[j] = VectorKernels.Dot(column[1..], column[1..]);
        }

        return diagonal;
    }
}
