using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Numerics;

/// <summary>
/// Σ x xᵀ over the rows x of a matrix. Four lanes on every machine and no fused multiply-add: every sum is taken in the order of the rows, whatever
/// the threads do.
/// </summary>
internal static class GramMatrix
{
    /// <summary>Packing fewer columns would take longer than multiplying them: those of depthwise convolutions.</summary>
    private const int Few = 16;

    /// <summary>matrix += Σ row rowᵀ, below the diagonal and on it, in tiles of the packed rows.</summary>
    /// <param name="rows">The rows, of which the first <paramref name="n"/> values are used.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="count">How many rows; some 100 at a time stay in the processor's cache.</param>
    /// <param name="matrix">n × n, row-major.</param>
    /// <param name="n">Its size.</param>
    /// <param name="run">Does the work on several threads; null for the caller's own.</param>
    public static void Add(ReadOnlySpan<double> rows, int stride, int count, double[] matrix, int n, PieceRunner? run = null)
    {
        if (n < Few)
        {
            AddFew(rows, stride, count, matrix, n);
            return;
        }

        var packed = ArrayPool<double>.Shared.Rent(PackedColumns.Length(n, count));
        for (var row = 0; row < count; row++)
            PackedColumns.Pack(rows.Slice(row * stride, n), row, count, packed);
        TriangleStrips.Run(
            n,
            (first, end) =>
            {
                Span<double> tile = stackalloc double[PackedColumns.Height * PackedColumns.Width];
                for (var j = 0; j < end; j += PackedColumns.Width)
                {
                    for (var i = Math.Max(first, j); i < end; i += PackedColumns.Height)
                    {
                        Multiply(ref PackedColumns.At(packed, count, i), ref PackedColumns.At(packed, count, j), count, tile);
                        AddTile(tile, matrix, n, i, j, end);
                    }
                }
            },
            run);
        ArrayPool<double>.Shared.Return(packed);
    }

    /// <summary>The same sums, one by one.</summary>
    private static void AddFew(ReadOnlySpan<double> rows, int stride, int count, double[] matrix, int n)
    {
        Span<double> sums = stackalloc double[Few * Few];
        sums.Clear();
        for (var r = 0; r < count; r++)
        {
            var row = rows.Slice(r * stride, n);
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j <= i; j++)
                    sums[(i * n) + j] += row[i] * row[j];
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
                matrix[(i * n) + j] += sums[(i * n) + j];
        }
    }

    private static void Multiply(ref double left, ref double right, int count, Span<double> tile)
    {
        var (a0, b0, a1, b1) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var (a2, b2, a3, b3) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        for (nuint at = 0; at < (nuint)(count * PackedColumns.Width); at += PackedColumns.Width)
        {
            var near = Vector256.LoadUnsafe(ref right, at);
            var far = Vector256.LoadUnsafe(ref right, at + 4);
            var f = Vector256.Create(Unsafe.Add(ref left, at));
            (a0, b0) = (a0 + (f * near), b0 + (f * far));
            f = Vector256.Create(Unsafe.Add(ref left, at + 1));
            (a1, b1) = (a1 + (f * near), b1 + (f * far));
            f = Vector256.Create(Unsafe.Add(ref left, at + 2));
            (a2, b2) = (a2 + (f * near), b2 + (f * far));
            f = Vector256.Create(Unsafe.Add(ref left, at + 3));
            (a3, b3) = (a3 + (f * near), b3 + (f * far));
        }

        PackedColumns.Store(tile, a0, b0, a1, b1, a2, b2, a3, b3);
    }

    /// <summary>What lies on the diagonal or below it.</summary>
    private static void AddTile(ReadOnlySpan<double> tile, double[] matrix, int n, int i, int j, int end)
    {
        for (var row = i; row < Math.Min(i + PackedColumns.Height, end); row++)
        {
            var sums = tile.Slice((row - i) * PackedColumns.Width, PackedColumns.Width);
            var length = Math.Min(PackedColumns.Width, row + 1 - j);
            if (length <= 0)
                continue;
            var target = matrix.AsSpan((row * n) + j, length);
            for (var k = 0; k < target.Length; k++)
                target[k] += sums[k];
        }
    }
}
