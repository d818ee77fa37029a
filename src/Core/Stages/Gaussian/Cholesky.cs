using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Numerics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// Cholesky factors UᵀU of small symmetric matrices whose rows are padded to whole vectors. The upper triangle is used; what is left of it is
/// overwritten.
/// </summary>
internal static class Cholesky
{
    private const int Lanes = 4;

    /// <summary>The length of a row or of a right-hand side in memory.</summary>
    public static int Stride(int n) => (n + Lanes - 1) / Lanes * Lanes;

    /// <summary>
    /// U in place of M; the diagonal of U is stored as its reciprocal. A row whose pivot is not above <paramref name="tolerance"/> times its diagonal
    /// element depends on the rows before it: it is dropped, which means that its reciprocal is set to zero, and with it its part of any solution.
    /// </summary>
    /// <param name="m">At least <paramref name="n"/> rows of <paramref name="stride"/> values.</param>
    /// <param name="n">Rows and columns in use.</param>
    /// <param name="stride">A multiple of four, at least <paramref name="n"/>.</param>
    /// <param name="tolerance">Relative to the diagonal.</param>
    /// <returns>The number of rows that were kept.</returns>
    public static int Factor(Span<double> m, int n, int stride, double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m.Length, n * stride);
        ref var first = ref MemoryMarshal.GetReference(m);
        Span<double> least = stackalloc double[n];
        for (var i = 0; i < n; i++)
            least[i] = tolerance * m[i * (stride + 1)];
        var kept = 0;
        for (var k = 0; k < n; k++)
        {
            ref var row = ref Unsafe.Add(ref first, k * stride);
            var pivot = Unsafe.Add(ref row, k);
            var keep = pivot > least[k];
            var inverse = keep ? 1 / Math.Sqrt(pivot) : 0;
            kept += keep ? 1 : 0;

            // Zeros left of the diagonal, so that whole vectors can be used from the one that holds the diagonal on.
            for (var j = k / Lanes * Lanes; j < k; j++)
                Unsafe.Add(ref row, j) = 0;
            for (var j = k / Lanes * Lanes; j < n; j += Lanes)
                (Vector256.LoadUnsafe(ref row, (nuint)j) * Vector256.Create(inverse)).StoreUnsafe(ref row, (nuint)j);
            for (var i = k + 1; i < n; i++)
                FixedOrder.SubtractMultiple(ref Unsafe.Add(ref first, i * stride), Unsafe.Add(ref row, i), ref row, i / Lanes * Lanes, n);
            Unsafe.Add(ref row, k) = inverse;
        }

        return kept;
    }

    /// <summary>Solves UᵀU·x = b in place; <paramref name="m"/> is what <see cref="Factor"/> left.</summary>
    /// <param name="m">The factor.</param>
    /// <param name="n">As for <see cref="Factor"/>.</param>
    /// <param name="stride">As for <see cref="Factor"/>.</param>
    /// <param name="x">At least <see cref="Stride"/>(n) values, of which n count.</param>
    public static void Solve(ReadOnlySpan<double> m, int n, int stride, Span<double> x)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m.Length, n * stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(x.Length, Stride(n));
        ref var first = ref MemoryMarshal.GetReference(m);
        ref var solution = ref MemoryMarshal.GetReference(x);
        for (var k = 0; k < n; k++)
        {
            ref var row = ref Unsafe.Add(ref first, k * stride);
            var value = x[k] * Unsafe.Add(ref row, k);
            FixedOrder.SubtractMultiple(ref solution, value, ref row, k / Lanes * Lanes, n);
            x[k] = value;
        }

        x[n..Stride(n)].Clear();
        for (var k = n - 1; k >= 0; k--)
        {
            ref var row = ref Unsafe.Add(ref first, k * stride);
            var value = x[k];
            x[k] = 0;
            var sum = Vector256<double>.Zero;
            for (var j = k / Lanes * Lanes; j < n; j += Lanes)
                sum += Vector256.LoadUnsafe(ref row, (nuint)j) * Vector256.LoadUnsafe(ref solution, (nuint)j);
            x[k] = (value - FixedOrder.Sum(sum)) * Unsafe.Add(ref row, k);
        }
    }
}
