using System.Numerics;
using CompressTasks.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace CompressTasks.Stages.Pca;

/// <summary>
/// The directions in which the rows of a centred matrix vary, and how much: the eigenvectors and eigenvalues of its scatter matrix AᵀA, or of AAᵀ
/// where that is smaller.
/// </summary>
/// <remarks>
/// The scatter matrix has the squares of the singular values, so directions below some 10⁻⁷ of the largest are lost in its rounding.
/// Their scores would be lost beside float32 ones as well.
/// </remarks>
internal sealed class PrincipalAxes
{
    private const double Epsilon = 1.0 / (1L << 52);
    private const int RowsAtOnce = 128;

    private readonly Matrix _matrix;
    private readonly double[][] _vectors;

    private PrincipalAxes(Matrix matrix, double[] eigenvalues, double[][] vectors) =>
        (_matrix, Eigenvalues, _vectors) = (matrix, eigenvalues, vectors);

    /// <summary>Those that are not rounding errors, from large to small, up to a common factor.</summary>
    public double[] Eigenvalues { get; }

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="centred">
    /// Values, which are divided by a power of two; there are no axes where one is not finite. The cost is rows · columns · min(rows, columns).
    /// </param>
    /// <param name="cancellationToken">Checked between parts of the scatter matrix.</param>
    public static PrincipalAxes Of(Matrix centred, CancellationToken cancellationToken)
    {
        if (!ScaleToUnit(centred.Values))
            return new(centred, [], []);
        var order = Math.Min(centred.Rows, centred.Columns);
        var scatter = Scatter(IsWide(centred) ? centred.Transpose() : centred, cancellationToken);
        var vectors = new double[order * order];
        var values = new Complex[order];
        ManagedLinearAlgebraProvider.Instance.EigenDecomp(true, order, scatter, vectors, values, new double[order * order]);

        var negligible = Epsilon * Math.Max(centred.Rows, centred.Columns) * values.Max(value => value.Real);
        int[] kept = [.. Enumerable.Range(0, order).Where(k => values[k].Real > negligible).OrderByDescending(k => values[k].Real)];
        return new(centred, Array.ConvertAll(kept, k => values[k].Real), Array.ConvertAll(kept, k => vectors.AsSpan(k * order, order).ToArray()));
    }

    /// <summary>The first directions: orthonormal rows, as long as those of the matrix.</summary>
    public Matrix Directions(int count)
    {
        var result = new Matrix(count, _matrix.Columns);
        for (var k = 0; k < count; k++)
        {
            var direction = result.Row(k);
            if (!IsWide(_matrix))
            {
                _vectors[k].CopyTo(direction);
                continue;
            }

            // From the eigenvector u of AAᵀ: Aᵀu, to its unit length.
            for (var i = 0; i < _matrix.Rows; i++)
                VectorKernels.AddScaled(_vectors[k][i], _matrix.Row(i), direction);
            var norm = Math.Sqrt(VectorKernels.Dot(direction, direction));
            foreach (ref var value in direction)
                value /= norm;
        }

        return result;
    }

    /// <summary>The fewest directions whose eigenvalues add up to <paramref name="share"/> of all; 0 when there is no variance.</summary>
    public static int CountFor(double share, ReadOnlySpan<double> eigenvalues)
    {
        var sums = new double[eigenvalues.Length];
        var sum = 0.0;
        for (var i = 0; i < sums.Length; i++)
            sums[i] = sum += eigenvalues[i];
        return Array.FindIndex(sums, partial => partial >= share * sum) + 1;
    }

    private static bool IsWide(Matrix matrix) => matrix.Columns > matrix.Rows;

    /// <summary>Σ row rowᵀ, all of it.</summary>
    private static double[] Scatter(Matrix rows, CancellationToken cancellationToken)
    {
        var n = rows.Columns;
        var result = new double[n * n];
        for (var top = 0; top < rows.Rows; top += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            GramMatrix.Add(rows.Values.AsSpan(top * n), n, Math.Min(RowsAtOnce, rows.Rows - top), result, n);
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
                result[(j * n) + i] = result[(i * n) + j];
        }

        return result;
    }

    /// <summary>Brings the largest magnitude into [1, 2) by a power of two, so that squares neither overflow nor vanish.</summary>
    /// <returns>False when there is nothing but zeros, or a value that is no number or infinite: no direction can be told then.</returns>
    private static bool ScaleToUnit(Span<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        if (largest == 0 || !double.IsFinite(largest))
            return false;
        var exponent = Math.ILogB(largest);
        foreach (ref var value in values)
            value = Math.ScaleB(value, -exponent);
        return true;
    }
}
