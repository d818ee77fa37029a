using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Coding.Quantization.Feedback;

/// <summary>
/// H = U diag(d²) Uᵀ with U unit upper triangular. The quadratic form of errors e is then Σ_j d_j² (e_j + Σ_{i&lt;j} U_ij e_i)²: the error that is
/// made at j counts d_j², if j makes up for what the rows before it have lost.
/// </summary>
internal static class UdutFactorization
{
    /// <summary>
    /// Factorizes a matrix in place: row j then holds U_ij at i &lt; j, and d_j² on the diagonal. What is above the diagonal is neither read nor
    /// written.
    /// </summary>
    /// <param name="matrix">n × n, row-major, symmetric.</param>
    /// <param name="n">Its size.</param>
    /// <returns>False when the matrix is not positive definite; its content is then of no use.</returns>
    public static bool TryFactorize(Span<double> matrix, int n)
    {
        for (var j = n - 1; j >= 0; j--)
        {
            var row = matrix.Slice(j * n, j + 1);
            var pivot = row[j];
            if (!(pivot > 0) || !double.IsFinite(pivot))
                return false;
            for (var i = 0; i < j; i++)
            {
                // The part of row i that j explains is taken off: H_ik − H_ij H_jk / H_jj for k ≤ i.
                var factor = row[i] / pivot;
                if (factor != 0)
                    Subtract(row[..(i + 1)], factor, matrix.Slice(i * n, i + 1));
            }

            for (var i = 0; i < j; i++)
                row[i] /= pivot;
        }

        return true;
    }

    private static void Subtract(ReadOnlySpan<double> row, double factor, Span<double> from)
    {
        ref var r = ref MemoryMarshal.GetReference(row);
        ref var f = ref MemoryMarshal.GetReference(from);
        var c = Vector256.Create(factor);
        var k = 0;
        for (; k + Vector256<double>.Count <= from.Length; k += Vector256<double>.Count)
            (Vector256.LoadUnsafe(ref f, (nuint)k) - (c * Vector256.LoadUnsafe(ref r, (nuint)k))).StoreUnsafe(ref f, (nuint)k);
        for (; k < from.Length; k++)
            from[k] -= factor * row[k];
    }
}
