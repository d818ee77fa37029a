using CompressTasks.Coding.RangeCoding;
using CompressTasks.IO;

namespace CompressTasks.Coding.Quantization.Axes;

/// <summary>One integer for every index of some axes of a tensor; the number of an element is the sum over its axes.</summary>
internal sealed class PerAxisIntegers(TensorAxes axes)
{
    /// <summary>Integers are between −Bound and Bound.</summary>
    public const int Bound = 1 << 20;

    private const int Memory = 127;

    /// <summary>The integers of each axis, or <see langword="null"/> for zeros.</summary>
    public int[]?[] OfAxis { get; } = new int[]?[axes.Lengths.Length];

    public bool IsZero => Array.TrueForAll(OfAxis, static axis => axis is null);

    /// <summary>A bit for each axis that is not zero.</summary>
    public int Mask => Enumerable.Range(0, OfAxis.Length).Sum(axis => OfAxis[axis] is null ? 0 : 1 << axis);

    /// <summary>The bits that an axis is coded with.</summary>
    public static int CodedBits(int[] integers)
    {
        var encoder = new RangeEncoder(Memory);
        Write(integers, encoder, new IntegerModel());
        return 8 * encoder.Finish().Length;
    }

    public static RangeEncoder NewEncoder() => new(Memory);

    public static RangeDecoder NewDecoder(ReadOnlySpan<byte> bytes) => new(bytes, Memory);

    public void Write(RangeEncoder encoder)
    {
        foreach (var integers in OfAxis)
        {
            if (integers is not null)
                Write(integers, encoder, new IntegerModel());
        }
    }

    public static PerAxisIntegers Read(TensorAxes axes, int mask, ref RangeDecoder decoder)
    {
        var sums = new PerAxisIntegers(axes);
        for (var axis = 0; axis < axes.Lengths.Length; axis++)
        {
            if ((mask >> axis & 1) == 0)
                continue;
            var model = new IntegerModel();
            var integers = sums.OfAxis[axis] = new int[axes.Lengths[axis]];
            for (var i = 0; i < integers.Length; i++)
            {
                integers[i] = model.Decode(ref decoder);
                if (Math.Abs(integers[i]) > Bound)
                    throw ChunkReader.Corrupt($"{integers[i]} is out of range for a mean or a scale");
            }
        }

        return sums;
    }

    /// <summary>The sum over all axes but the last.</summary>
    public int OfRow(ReadOnlySpan<int> place)
    {
        var sum = 0;
        for (var axis = 0; axis < place.Length - 1; axis++)
            sum += OfAxis[axis]?[place[axis]] ?? 0;
        return sum;
    }

    private static void Write(int[] integers, RangeEncoder encoder, IntegerModel model)
    {
        foreach (var integer in integers)
            model.Encode(encoder, integer);
    }
}
