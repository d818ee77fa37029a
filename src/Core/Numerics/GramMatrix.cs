using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Numerics;

/// <summary>
/// Σ x xᵀ over the rows x of a matrix. Four lanes on every machine and no fused multiply-add: every sum is taken in the order of the rows.
/// </summary>
internal static class GramMatrix
{
    /// <summary>matrix += Σ row rowᵀ, below the diagonal and on it. Tiles of four rows by eight columns, in the order of the inputs.</summary>
    /// <param name="rows">The rows, of which the first <paramref name="n"/> values are used.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="count">How many rows; some 100 at a time stay in the processor's cache.</param>
    /// <param name="matrix">n × n, row-major.</param>
    /// <param name="n">Its size.</param>
    public static void Add(ReadOnlySpan<double> rows, int stride, int count, double[] matrix, int n)
    {
        ref var x = ref MemoryMarshal.GetReference(rows);
        ref var m = ref MemoryMarshal.GetArrayDataReference(matrix);
        var i = 0;
        for (; i + 4 <= n; i += 4)
        {
            var j = 0;
            for (; j + 8 <= n && j <= i + 3; j += 8)
                AddTile(ref x, stride, count, ref m, n, i, j);
            for (; j <= i + 3; j++)
            {
                for (var row = i; row < i + 4; row++)
                    AddOne(rows, stride, count, matrix, n, row, j);
            }
        }

        for (; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
                AddOne(rows, stride, count, matrix, n, i, j);
        }
    }

    private static void AddOne(ReadOnlySpan<double> rows, int stride, int count, double[] matrix, int n, int i, int j)
    {
        var sum = 0.0;
        for (var r = 0; r < count; r++)
            sum += rows[(r * stride) + i] * rows[(r * stride) + j];
        matrix[(i * n) + j] += sum;
    }

    private static void AddTile(ref double x, int stride, int count, ref double m, int n, int i, int j)
    {
        var (a0, b0, a1, b1) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var (a2, b2, a3, b3) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        for (var r = 0; r < count; r++)
        {
            var at = (nuint)((r * stride) + j);
            var left = Vector256.LoadUnsafe(ref x, at);
            var right = Vector256.LoadUnsafe(ref x, at + 4);
            at = (nuint)((r * stride) + i);
            var f = Vector256.Create(Unsafe.Add(ref x, at));
            (a0, b0) = (a0 + (f * left), b0 + (f * right));
            f = Vector256.Create(Unsafe.Add(ref x, at + 1));
            (a1, b1) = (a1 + (f * left), b1 + (f * right));
            f = Vector256.Create(Unsafe.Add(ref x, at + 2));
            (a2, b2) = (a2 + (f * left), b2 + (f * right));
            f = Vector256.Create(Unsafe.Add(ref x, at + 3));
            (a3, b3) = (a3 + (f * left), b3 + (f * right));
        }

        Store(ref m, (nuint)((i * n) + j), a0, b0);
        Store(ref m, (nuint)(((i + 1) * n) + j), a1, b1);
        Store(ref m, (nuint)(((i + 2) * n) + j), a2, b2);
        Store(ref m, (nuint)(((i + 3) * n) + j), a3, b3);
    }

    private static void Store(ref double m, nuint at, Vector256<double> left, Vector256<double> right)
    {
        (Vector256.LoadUnsafe(ref m, at) + left).StoreUnsafe(ref m, at);
        (Vector256.LoadUnsafe(ref m, at + 4) + right).StoreUnsafe(ref m, at + 4);
    }
}
