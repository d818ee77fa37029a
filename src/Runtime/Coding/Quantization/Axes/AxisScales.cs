using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Coding.Quantization.Axes;

/// <summary>Scales along the axes of a tensor, in thirds of an octave: rows and columns of weights differ in size.</summary>
internal static class AxisScales
{
    private const int Largest = 60;
    private const double SmallestMagnitude = 0.3;

    /// <summary>Finds the scales that save more bits than they cost.</summary>
    /// <param name="axes">Their axes.</param>
    /// <param name="step">About the step that they will be quantized with.</param>
    /// <param name="mean">Receives the mean magnitude.</param>
    public static PerAxisIntegers Find(ReadOnlySpan<double> values, TensorAxes axes, double step, out double mean)
    {
        var scales = new PerAxisIntegers(axes);
        var sums = MarginalSums.OfMagnitudes(values, axes);
        mean = sums[0][0] / axes.Count; // The first axis has length 1.
        for (var axis = 0; axis < axes.Lengths.Length; axis++)
        {
            if (axes.Lengths[axis] == axes.Count)
                continue;
            var perIndex = axes.Count / (double)axes.Lengths[axis];
            var integers = new int[axes.Lengths[axis]];
            var saved = 0.0;
            for (var i = 0; i < integers.Length; i++)
            {
                // Below the step everything is zero, whatever its scale.
                var ratio = ((sums[axis][i] / perIndex) + (SmallestMagnitude * step)) / (mean + (SmallestMagnitude * step));
                integers[i] = Math.Clamp(ThirdOctave.Nearest(ratio), -Largest, Largest);
                saved += perIndex * Information.Bits(Math.Max(ratio, 1e-300));
            }

            if (saved > PerAxisIntegers.CodedBits(integers) + 16)
                scales.OfAxis[axis] = integers;
        }

        return scales;
    }

    /// <summary>The scale classes of a run of elements.</summary>
    /// <param name="center">The class of a scale of zero.</param>
    /// <param name="first">The index of the run's first element in the tensor.</param>
    /// <param name="classes">Receives a class for every element of the run.</param>
    public static void Classify(PerAxisIntegers scales, TensorAxes axes, int center, int first, Span<byte> classes)
    {
        if (scales.IsZero)
        {
            Fill(classes, Clamp(center));
            return;
        }

        var columns = scales.OfAxis[^1];
        for (var rows = axes.Rows(first, classes.Length); rows.MoveNext();)
        {
            var row = classes.Slice(rows.Start - first, rows.Length);
            var ofRow = center + scales.OfRow(rows.Place);
            if (columns is null)
                Fill(row, Clamp(ofRow));
            else
                Add(ofRow, columns.AsSpan(rows.Column, rows.Length), row);
        }
    }

    private static void Add(int ofRow, ReadOnlySpan<int> columns, Span<byte> row)
    {
        ref var column = ref MemoryMarshal.GetReference(columns);
        ref var first = ref MemoryMarshal.GetReference(row);
        var i = 0;
        for (; i + Vector128<byte>.Count <= row.Length; i += Vector128<byte>.Count)
        {
            var eight = Clamp(Vector256.LoadUnsafe(ref column, (nuint)i) + Vector256.Create(ofRow));
            var next = Clamp(Vector256.LoadUnsafe(ref column, (nuint)(i + Vector256<int>.Count)) + Vector256.Create(ofRow));
            var all = Vector256.Narrow(eight, next);
            Vector128.Narrow(all.GetLower(), all.GetUpper()).AsByte().StoreUnsafe(ref first, (nuint)i);
        }

        for (; i < row.Length; i++)
            row[i] = Clamp(ofRow + columns[i]);
    }

    /// <summary>As spans do it, which would have to be compiled at an app's start.</summary>
    private static void Fill(Span<byte> row, byte scaleClass) =>
        Unsafe.InitBlockUnaligned(ref MemoryMarshal.GetReference(row), scaleClass, (uint)row.Length);

    private static byte Clamp(int scaleClass) => (byte)Math.Clamp(scaleClass, 0, ScaleClass.Count - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Clamp(Vector256<int> scaleClasses) =>
        Vector256.Min(Vector256.Max(scaleClasses, Vector256<int>.Zero), Vector256.Create(ScaleClass.Count - 1));
}
