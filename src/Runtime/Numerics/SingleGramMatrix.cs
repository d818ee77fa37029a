using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Numerics;

/// <summary>
/// Σ x xᵀ over the rows x of a matrix, of which single precision is enough: twice as fast as <see cref="GramMatrix"/>. What comes of it is added up
/// in double precision. Eight lanes on every machine and no fused multiply-add: every sum is taken in the order of the rows, whatever the threads do.
/// </summary>
internal static class SingleGramMatrix
{
    /// <summary>Columns that lie together, and rows of a tile of the product, as in <see cref="PackedColumns"/>.</summary>
    private const int Width = 16;
    private const int Height = 4;

    /// <summary>Powers of two that no square of is out of range.</summary>
    private const int LargestExponent = 500;

    /// <summary>triangle += Σ row rowᵀ, with errors of about 10⁻⁶ √(Σ xᵢ² Σ xⱼ²).</summary>
    /// <param name="rows">The rows, of which the first <paramref name="n"/> values are used, of any magnitude.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="count">How many rows; some 100 at a time stay in the processor's cache.</param>
    /// <param name="triangle">The lower one.</param>
    /// <param name="n">Rows of the triangle.</param>
    /// <param name="run">Does the work on several threads; null for the caller's own.</param>
    public static void Add(ReadOnlySpan<double> rows, int stride, int count, double[] triangle, int n, PieceRunner? run = null)
    {
        var largest = 0.0;
        for (var row = 0; row < count; row++)
            largest = Math.Max(largest, VectorKernels.LargestMagnitude(rows.Slice(row * stride, n)));
        if (largest == 0)
            return;
        var exponent = double.IsFinite(largest) ? Math.ILogB(largest) : int.MaxValue;
        if (n < Width || Math.Abs((long)exponent) > LargestExponent)
        {
            AddDouble(rows, stride, count, triangle, n, run);
            return;
        }

        var packed = ArrayPool<float>.Shared.Rent((n + Width - 1) / Width * Width * count);
        var scale = Math.ScaleB(1, -exponent);
        for (var row = 0; row < count; row++)
            Pack(rows.Slice(row * stride, n), scale, row, count, packed);
        var unit = Math.ScaleB(1, 2 * exponent);
        TriangleStrips.Run(
            n,
            (first, end) =>
            {
                Span<float> tile = stackalloc float[Height * Width];
                for (var j = 0; j < end; j += Width)
                {
                    for (var i = Math.Max(first, j); i < end; i += Height)
                    {
                        Multiply(ref At(packed, count, i), ref At(packed, count, j), count, tile);
                        AddTile(tile, unit, triangle, i, j, end);
                    }
                }
            },
            run);
        ArrayPool<float>.Shared.Return(packed);
    }

    private static void AddDouble(ReadOnlySpan<double> rows, int stride, int count, Span<double> triangle, int n, PieceRunner? run)
    {
        var matrix = LowerTriangle.ToMatrix(triangle, n);
        GramMatrix.Add(rows, stride, count, matrix, n, run);
        for (var row = 0; row < n; row++)
            matrix.AsSpan(row * n, row + 1).CopyTo(triangle[LowerTriangle.Length(row)..]);
    }

    private static void Pack(ReadOnlySpan<double> row, double scale, int index, int count, Span<float> packed)
    {
        for (var first = 0; first < row.Length; first += Width)
        {
            var panel = packed.Slice((first * count) + (index * Width), Width);
            var values = row.Slice(first, Math.Min(Width, row.Length - first));
            for (var i = 0; i < values.Length; i++)
                panel[i] = (float)(values[i] * scale);
            panel[values.Length..].Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float At(float[] packed, int count, int column) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(packed), (column / Width * Width * count) + (column % Width));

    private static void Multiply(ref float left, ref float right, int count, Span<float> tile)
    {
        var (a0, b0, a1, b1) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (a2, b2, a3, b3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (nuint at = 0; at < (nuint)(count * Width); at += Width)
        {
            var near = Vector256.LoadUnsafe(ref right, at);
            var far = Vector256.LoadUnsafe(ref right, at + 8);
            var f = Vector256.Create(Unsafe.Add(ref left, at));
            (a0, b0) = (a0 + (f * near), b0 + (f * far));
            f = Vector256.Create(Unsafe.Add(ref left, at + 1));
            (a1, b1) = (a1 + (f * near), b1 + (f * far));
            f = Vector256.Create(Unsafe.Add(ref left, at + 2));
            (a2, b2) = (a2 + (f * near), b2 + (f * far));
            f = Vector256.Create(Unsafe.Add(ref left, at + 3));
            (a3, b3) = (a3 + (f * near), b3 + (f * far));
        }

        a0.CopyTo(tile);
        b0.CopyTo(tile[8..]);
        a1.CopyTo(tile[16..]);
        b1.CopyTo(tile[24..]);
        a2.CopyTo(tile[32..]);
        b2.CopyTo(tile[40..]);
        a3.CopyTo(tile[48..]);
        b3.CopyTo(tile[56..]);
    }

    /// <summary>What lies on the diagonal or below it.</summary>
    private static void AddTile(ReadOnlySpan<float> tile, double unit, double[] triangle, int i, int j, int end)
    {
        for (var row = i; row < Math.Min(i + Height, end); row++)
        {
            var sums = tile.Slice((row - i) * Width, Width);
            var target = triangle.AsSpan(LowerTriangle.Length(row) + j, Math.Min(Width, row + 1 - j));
            if (target.Length < Width)
            {
                for (var k = 0; k < target.Length; k++)
                    target[k] += unit * sums[k];
                continue;
            }

            ref var s = ref MemoryMarshal.GetReference(sums);
            ref var t = ref MemoryMarshal.GetReference(target);
            for (nuint k = 0; k < Width; k += 8)
            {
                var eight = Vector256.LoadUnsafe(ref s, k);
                (Vector256.LoadUnsafe(ref t, k) + (Vector256.WidenLower(eight) * unit)).StoreUnsafe(ref t, k);
                (Vector256.LoadUnsafe(ref t, k + 4) + (Vector256.WidenUpper(eight) * unit)).StoreUnsafe(ref t, k + 4);
            }
        }
    }
}
