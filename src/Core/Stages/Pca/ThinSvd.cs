using CompressTasks.Numerics;

namespace CompressTasks.Stages.Pca;

/// <summary>
/// The singular values of a matrix that are not rounding errors, largest first, and their right singular vectors: what a principal component analysis needs.
/// </summary>
/// <remarks>
/// Pivoted QR, then one-sided Jacobi on the triangular factor. MathNet.Numerics is not used here on purpose: it forms the rows × rows factor that nobody
/// reads; its provider is a setting of the whole process, so a host that loads a native one would get another artifact; and parameters of very different
/// scale are what Jacobi keeps to high relative accuracy.
/// </remarks>
/// <param name="SingularValues">Positive, descending; as many as the numerical rank.</param>
/// <param name="RightVectors">Rank × columns, orthonormal rows.</param>
internal sealed record ThinSvd(double[] SingularValues, Matrix RightVectors)
{
    private const double Epsilon = 1.0 / (1L << 52);

    /// <summary>Decomposes <paramref name="matrix"/>, whose values are overwritten.</summary>
    /// <param name="matrix">Finite values. The cost is rows · columns · min(rows, columns), whichever side is the longer.</param>
    /// <param name="cancellationToken">Checked between rows.</param>
    public static ThinSvd Destructive(Matrix matrix, CancellationToken cancellationToken)
    {
        var exponent = ScaleToUnit(matrix.Values);
        var rows =
            matrix.Rows > matrix.Columns ? HouseholderQr.TriangularFactor(matrix, cancellationToken)
            : matrix.Columns > 2 * matrix.Rows ? NearlyOrthogonalRows(matrix, cancellationToken)
            : matrix;
        var negligible = Epsilon * Math.Max(matrix.Rows, matrix.Columns);
        OneSidedJacobi.OrthogonalizeRows(rows, negligible, cancellationToken);

        var norms = new double[rows.Rows];
        for (var i = 0; i < norms.Length; i++)
            norms[i] = Math.Sqrt(VectorKernels.Dot(rows.Row(i), rows.Row(i)));
        var floor = negligible * norms.DefaultIfEmpty().Max();
        int[] order = [.. Enumerable.Range(0, norms.Length).Where(i => norms[i] > floor).OrderByDescending(i => norms[i])];

        var vectors = new Matrix(order.Length, matrix.Columns);
        for (var i = 0; i < order.Length; i++)
        {
            var source = rows.Row(order[i]);
            var target = vectors.Row(i);
            for (var j = 0; j < target.Length; j++)
                target[j] = source[j] / norms[order[i]];
        }

        return new([.. order.Select(i => Math.ScaleB(norms[i], exponent))], vectors);
    }

    /// <summary>The fewest components whose squares add up to <paramref name="share"/> of all; 0 when there is no variance.</summary>
    public static int ComponentsFor(double share, ReadOnlySpan<double> singularValues)
    {
        if (singularValues.IsEmpty)
            return 0;
        var sums = new double[singularValues.Length];
        var sum = 0.0;
        for (var i = 0; i < sums.Length; i++)
        {
            var relative = singularValues[i] / singularValues[0];
            sums[i] = sum += relative * relative;
        }

        return Array.FindIndex(sums, partial => partial >= share * sum) + 1;
    }

    /// <summary>
    /// UᵀA for a wide matrix A and its left singular vectors U, which come from the short triangular factor of Aᵀ. In exact arithmetic these rows are
    /// orthogonal; what the sweeps over their full length have left to do is the rounding.
    /// </summary>
    private static Matrix NearlyOrthogonalRows(Matrix a, CancellationToken cancellationToken)
    {
        var left = Destructive(a.Transpose(), cancellationToken).RightVectors;
        var result = new Matrix(left.Rows, a.Columns);
        for (var i = 0; i < left.Rows; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var k = 0; k < a.Rows; k++)
                VectorKernels.AddScaled(left[i, k], a.Row(k), result.Row(i));
        }

        return result;
    }

    /// <summary>Brings the largest magnitude into [1, 2) by a power of two, which rounds nothing but what is 2^-1000 beside it.</summary>
    private static int ScaleToUnit(Span<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        if (largest == 0)
            return 0;
        var exponent = Math.ILogB(largest);
        foreach (ref var value in values)
            value = Math.ScaleB(value, -exponent);
        return exponent;
    }
}
