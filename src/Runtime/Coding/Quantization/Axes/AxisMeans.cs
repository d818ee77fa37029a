using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Coding.Quantization.Axes;

/// <summary>Means along the axes of a tensor, in units of a power of two: a layer's weights often have one for each input or output.</summary>
internal static class AxisMeans
{
    /// <summary>Finds the means that save more bits than they cost, and takes them off the values.</summary>
    /// <param name="values">The values, which become residuals.</param>
    /// <param name="axes">Their axes.</param>
    /// <param name="unit">The unit of the means.</param>
    /// <param name="distortion">The squared error that each value may have.</param>
    public static PerAxisIntegers Remove(Span<double> values, TensorAxes axes, double unit, double distortion)
    {
        var means = new PerAxisIntegers(axes);
        var sums = MarginalSums.OfValues(values, axes);
        var energy = 0.0;
        foreach (var value in values)
            energy += value * value;

        // Means of different axes are orthogonal but for the overall mean, which the first axis that has means takes.
        var overall = 0.0;
        for (var axis = 0; axis < axes.Lengths.Length; axis++)
        {
            if (axes.Lengths[axis] == axes.Count)
                continue;
            var perIndex = axes.Count / (double)axes.Lengths[axis];
            var integers = new int[axes.Lengths[axis]];
            var explained = 0.0;
            var total = 0.0;
            for (var i = 0; i < integers.Length; i++)
            {
                var mean = (sums[axis][i] / perIndex) - overall;
                integers[i] = (int)Math.Clamp(Math.Round(mean / unit), -PerAxisIntegers.Bound, PerAxisIntegers.Bound);
                explained += perIndex * integers[i] * unit * ((2 * mean) - (integers[i] * unit));
                total += integers[i] * unit;
            }

            var floor = axes.Count * distortion;
            var saved = 0.5 * axes.Count * (Information.Bits((energy - explained + floor) / (energy + floor)));
            if (!(explained > 0) || saved < 64 || saved < PerAxisIntegers.CodedBits(integers) + 16)
                continue;
            means.OfAxis[axis] = integers;
            energy -= explained;
            overall += total / integers.Length;
        }

        if (!means.IsZero)
            AddTo(values, means, axes, -unit);
        return means;
    }

    /// <summary>Adds every element's mean times a unit.</summary>
    /// <param name="values">A run of elements.</param>
    /// <param name="axes">The axes of the whole tensor.</param>
    /// <param name="first">The index of the run's first element in the tensor.</param>
    public static void AddTo(Span<double> values, PerAxisIntegers means, TensorAxes axes, double unit, int first = 0)
    {
        var columns = means.OfAxis[^1];
        for (var rows = axes.Rows(first, values.Length); rows.MoveNext();)
        {
            var row = values.Slice(rows.Start - first, rows.Length);
            var ofRow = means.OfRow(rows.Place);
            if (columns is null)
                Add(ofRow * unit, row);
            else
                Add(ofRow, columns.AsSpan(rows.Column, rows.Length), unit, row);
        }
    }

    private static void Add(double mean, Span<double> row)
    {
        ref var first = ref MemoryMarshal.GetReference(row);
        var i = 0;
        for (; i + Vector256<double>.Count <= row.Length; i += Vector256<double>.Count)
            (Vector256.LoadUnsafe(ref first, (nuint)i) + Vector256.Create(mean)).StoreUnsafe(ref first, (nuint)i);
        for (; i < row.Length; i++)
            row[i] += mean;
    }

    private static void Add(int ofRow, ReadOnlySpan<int> columns, double unit, Span<double> row)
    {
        var i = 0;
        if (Avx.IsSupported)
        {
            ref var first = ref MemoryMarshal.GetReference(row);
            ref var column = ref MemoryMarshal.GetReference(columns);
            for (; i + Vector256<double>.Count <= row.Length; i += Vector256<double>.Count)
            {
                var means = Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref column, (nuint)i) + Vector128.Create(ofRow)) * unit;
                (Vector256.LoadUnsafe(ref first, (nuint)i) + means).StoreUnsafe(ref first, (nuint)i);
            }
        }

        for (; i < row.Length; i++)
            row[i] += (ofRow + columns[i]) * unit;
    }
}
