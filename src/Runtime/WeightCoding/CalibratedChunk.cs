using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.WeightCoding;

/// <summary>What encoder and decoder of a calibrated weight have in common.</summary>
internal static class CalibratedChunk
{
    public const byte IsInputsLast = 1;
    public const byte HasGroups = 2;

    /// <summary>Of the range coder's models.</summary>
    public const int Memory = 127;

    /// <summary>Of the factors, in thirds of an octave.</summary>
    public const int LargestStep = 3 * 300;

    /// <summary>Multiplies every row by its factor, and every group of columns by its own.</summary>
    public static void Scale(double[] rows, int columns, double[] ofRows, double[] ofGroups)
    {
        var width = columns / ofGroups.Length;
        for (var row = 0; row < ofRows.Length; row++)
        {
            var values = rows.AsSpan(row * columns, columns);
            if (width == 1)
                Scale(values, ofRows[row], ofGroups);
            for (var group = 0; width > 1 && group < ofGroups.Length; group++)
            {
                var factor = ofRows[row] * ofGroups[group];
                foreach (ref var value in values.Slice(group * width, width))
                    value *= factor;
            }
        }
    }

    private static void Scale(Span<double> values, double ofRow, double[] ofColumns)
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var ofColumn = ref MemoryMarshal.GetArrayDataReference(ofColumns);
        var i = 0;
        for (; i + Vector256<double>.Count <= values.Length; i += Vector256<double>.Count)
        {
            var factors = Vector256.Create(ofRow) * Vector256.LoadUnsafe(ref ofColumn, (nuint)i);
            (Vector256.LoadUnsafe(ref value, (nuint)i) * factors).StoreUnsafe(ref value, (nuint)i);
        }

        for (; i < values.Length; i++)
            values[i] *= ofRow * ofColumns[i];
    }
}
