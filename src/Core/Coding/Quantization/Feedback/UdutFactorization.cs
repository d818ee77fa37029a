using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Feedback;

/// <summary>
/// H = U diag(d²) Uᵀ with U unit upper triangular. The quadratic form of errors e is then Σ_j d_j² (e_j + Σ_{i&lt;j} U_ij e_i)²: the error that is
/// made at j counts d_j², if j makes up for what the rows before it have lost.
/// </summary>
internal static class UdutFactorization
{
    /// <summary>Rows that are factorized before what is left learns of them, all at once.</summary>
    private const int Block = 64;

    /// <summary>
    /// Factorizes a matrix in place: row j then holds U_ij at i &lt; j, and d_j² on the diagonal. What is above the diagonal is neither read nor
    /// written. Every value has what the rows after it explain taken off in the order of these, from the last on, whatever the threads do.
    /// </summary>
    /// <param name="matrix">n × n, row-major, symmetric.</param>
    /// <param name="n">Its size.</param>
    /// <param name="run">Does the work on several threads; null for the caller's own.</param>
    /// <returns>False when the matrix is not positive definite; its content is then of no use.</returns>
    public static bool TryFactorize(double[] matrix, int n, PieceRunner? run = null)
    {
        var scratch = ArrayPool<double>.Shared.Rent(2 * PackedColumns.Length(n, Block));
        try
        {
            for (var end = n; end > 0; end -= Math.Min(Block, end))
            {
                if (!TryFactorizeRows(matrix, n, Math.Max(0, end - Block), end, scratch, run))
                    return false;
            }

            return true;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(scratch);
        }
    }

    private static bool TryFactorizeRows(double[] matrix, int n, int first, int end, double[] scratch, PieceRunner? run)
    {
        for (var j = end - 1; j >= first; j--)
        {
            var row = matrix.AsSpan(j * n, j + 1);
            var pivot = row[j];
            if (!(pivot > 0) || !double.IsFinite(pivot))
                return false;

            // The part of row i that j explains is taken off: H_ik − H_ij H_jk / H_jj for k ≤ i.
            for (var i = first; i < j; i++)
                Subtract(row[..(i + 1)], row[i] / pivot, matrix.AsSpan(i * n, i + 1));
        }

        // The same for all rows before the block. Rows are packed from the last on, once as they are and once as shares of their pivots.
        var count = end - first;
        var explained = PackedColumns.Length(first, count);
        for (var j = end - 1; j >= first; j--)
            PackedColumns.Pack(matrix.AsSpan(j * n, first), end - 1 - j, count, scratch);
        for (var j = end - 1; j >= first; j--)
        {
            var row = matrix.AsSpan(j * n, j + 1);
            for (var i = 0; i < j; i++)
                row[i] /= row[j];
            PackedColumns.Pack(row[..first], end - 1 - j, count, scratch.AsSpan(explained));
        }

        TriangleStrips.Run(
            first,
            (from, to) =>
            {
                Span<double> tile = stackalloc double[PackedColumns.Height * PackedColumns.Width];
                for (var j = 0; j < to; j += PackedColumns.Width)
                {
                    for (var i = Math.Max(from, j); i < to; i += PackedColumns.Height)
                    {
                        var rows = matrix.AsSpan((i * n) + j);
                        var height = Math.Min(PackedColumns.Height, to - i);
                        for (var row = 0; row < height; row++)
                            Part(rows, row).CopyTo(tile[(row * PackedColumns.Width)..]);
                        Subtract(ref PackedColumns.At(scratch, count, i, explained), ref PackedColumns.At(scratch, count, j), count, tile);
                        for (var row = 0; row < height; row++)
                            tile.Slice(row * PackedColumns.Width, Part(rows, row).Length).CopyTo(Part(rows, row));

                        // Up to the diagonal.
                        Span<double> Part(Span<double> from, int row) => from.Slice(row * n, Math.Min(PackedColumns.Width, i + row + 1 - j));
                    }
                }
            },
            run);
        return true;
    }

    /// <summary>tile[i, j] −= left[i] · right[j], for one row after the other.</summary>
    private static void Subtract(ref double left, ref double right, int count, Span<double> tile)
    {
        ref var t = ref MemoryMarshal.GetReference(tile);
        var (a0, b0, a1, b1) = (Vector256.LoadUnsafe(ref t, 0), Vector256.LoadUnsafe(ref t, 4), Vector256.LoadUnsafe(ref t, 8),
            Vector256.LoadUnsafe(ref t, 12));
        var (a2, b2, a3, b3) = (Vector256.LoadUnsafe(ref t, 16), Vector256.LoadUnsafe(ref t, 20), Vector256.LoadUnsafe(ref t, 24),
            Vector256.LoadUnsafe(ref t, 28));
        for (nuint at = 0; at < (nuint)(count * PackedColumns.Width); at += PackedColumns.Width)
        {
            var near = Vector256.LoadUnsafe(ref right, at);
            var far = Vector256.LoadUnsafe(ref right, at + 4);
            var f = Vector256.Create(Unsafe.Add(ref left, at));
            (a0, b0) = (a0 - (f * near), b0 - (f * far));
            f = Vector256.Create(Unsafe.Add(ref left, at + 1));
            (a1, b1) = (a1 - (f * near), b1 - (f * far));
            f = Vector256.Create(Unsafe.Add(ref left, at + 2));
            (a2, b2) = (a2 - (f * near), b2 - (f * far));
            f = Vector256.Create(Unsafe.Add(ref left, at + 3));
            (a3, b3) = (a3 - (f * near), b3 - (f * far));
        }

        PackedColumns.Store(tile, a0, b0, a1, b1, a2, b2, a3, b3);
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
