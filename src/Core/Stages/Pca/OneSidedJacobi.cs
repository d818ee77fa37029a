using CompressTasks.Numerics;

namespace CompressTasks.Stages.Pca;

/// <summary>One-sided Jacobi iteration (Hestenes 1958): rotates pairs of rows until all of them are orthogonal.</summary>
internal static class OneSidedJacobi
{
    // Convergence is quadratic: six to ten sweeps are usual. The bound only guards against rows that flicker at rounding level.
    private const int MaxSweeps = 60;
    private const double Epsilon = 1.0 / (1L << 52);

    /// <summary>
    /// Replaces B by JB, J orthogonal, whose rows are orthogonal: row i is then a singular value times its right singular vector.
    /// </summary>
    /// <param name="b">Any shape; best with no more rows than columns. Entries of magnitude around 1 at most, so that squares neither overflow nor vanish.</param>
    /// <param name="negligible">Rows with a norm up to this share of the largest row's are rounding errors and left alone.</param>
    /// <param name="cancellationToken">Checked between rows.</param>
    public static void OrthogonalizeRows(Matrix b, double negligible, CancellationToken cancellationToken)
    {
        var tolerance = Epsilon * Math.Sqrt(b.Columns);
        var squares = new double[b.Rows];
        for (var sweep = 0; sweep < MaxSweeps; sweep++)
        {
            for (var i = 0; i < b.Rows; i++)
                squares[i] = VectorKernels.Dot(b.Row(i), b.Row(i));
            var floor = negligible * negligible * squares.DefaultIfEmpty().Max();
            var rotations = 0;
            for (var p = 0; p < b.Rows; p++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (var q = p + 1; q < b.Rows; q++)
                {
                    if (squares[p] > floor && squares[q] > floor && Orthogonalize(b, p, q, squares, tolerance))
                        rotations++;
                }
            }

            if (rotations == 0)
                return;
        }
    }

    private static bool Orthogonalize(Matrix b, int p, int q, double[] squares, double tolerance)
    {
        var product = VectorKernels.Dot(b.Row(p), b.Row(q));
        if (Math.Abs(product) <= tolerance * Math.Sqrt(squares[p]) * Math.Sqrt(squares[q]))
            return false;

        // The smaller of the two angles that make the rows orthogonal.
        var zeta = (squares[q] - squares[p]) / (2 * product);
        var tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        var cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
        (squares[p], squares[q]) = VectorKernels.Rotate(b.Row(p), b.Row(q), cosine, cosine * tangent);
        return true;
    }
}
