using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Numerics;

/// <summary>
/// The columns of a matrix, eight at a time and each eight by itself, row after row: what the inner loop of a matrix product reads, in the order in
/// which it does (Goto, van de Geijn 2008).
/// </summary>
internal static class PackedColumns
{
    /// <summary>Columns that lie together.</summary>
    public const int Width = 8;

    /// <summary>Rows of a tile of the product: half of the columns that lie together.</summary>
    public const int Height = 4;

    /// <summary>Values that so many columns and rows take.</summary>
    public static int Length(int columns, int rows) => (columns + Width - 1) / Width * Width * rows;

    /// <summary>Packs a row; what is missing to a whole eight is zero.</summary>
    /// <param name="row">Its values.</param>
    /// <param name="index">Which it is of <paramref name="count"/>.</param>
    /// <param name="count">How many rows are packed.</param>
    /// <param name="packed">Gets all of them.</param>
    public static void Pack(ReadOnlySpan<double> row, int index, int count, Span<double> packed)
    {
        for (var first = 0; first < row.Length; first += Width)
        {
            var width = Math.Min(Width, row.Length - first);
            var eight = packed.Slice((first * count) + (index * Width), Width);
            row.Slice(first, width).CopyTo(eight);
            eight[width..].Clear();
        }
    }

    /// <summary>Where a column begins: its value in the first row, the one in the next row <see cref="Width"/> values further.</summary>
    /// <param name="packed">The packed rows.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="column">The column.</param>
    /// <param name="start">Where the packed rows begin.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref double At(double[] packed, int count, int column, int start = 0) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(packed), start + (column / Width * Width * count) + (column % Width));

    /// <summary>Writes a tile of <see cref="Height"/> rows, each in two halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(
        Span<double> tile, Vector256<double> a0, Vector256<double> b0, Vector256<double> a1, Vector256<double> b1, Vector256<double> a2,
            Vector256<double> b2, Vector256<double> a3, Vector256<double> b3)
    {
        ref var t = ref MemoryMarshal.GetReference(tile);
        a0.StoreUnsafe(ref t, 0);
        b0.StoreUnsafe(ref t, 4);
        a1.StoreUnsafe(ref t, 8);
        b1.StoreUnsafe(ref t, 12);
        a2.StoreUnsafe(ref t, 16);
        b2.StoreUnsafe(ref t, 20);
        a3.StoreUnsafe(ref t, 24);
        b3.StoreUnsafe(ref t, 28);
    }
}
