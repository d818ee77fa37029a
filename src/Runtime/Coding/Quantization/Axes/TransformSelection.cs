using CompressTasks.Coding.Quantization.Trellis;
using CompressTasks.Threading;

namespace CompressTasks.Coding.Quantization.Axes;

/// <summary>Finds the axes along which a cosine transform makes a tensor cheaper: filters, bases, positions.</summary>
internal static class TransformSelection
{
    private const int SampledValues = 1 << 13;

    private const int ValuesPerPiece = 1 << 16;

    private const int SampledProducts = 1 << 19;

    /// <summary>The bits per value that a transform must save; a sample cannot tell less from chance.</summary>
    private const double SmallestGain = 0.02;

    /// <summary>Transforms a tensor along the axes where that pays.</summary>
    /// <param name="values">The values, which become coefficients.</param>
    /// <param name="axes">Their axes.</param>
    /// <param name="distortion">The squared error that each value may have.</param>
    /// <returns>A bit for each axis that was transformed.</returns>
    public static int Apply(Span<double> values, TensorAxes axes, double distortion)
    {
        var mask = 0;
        for (var axis = axes.Lengths.Length - 1; axis >= 0; axis--)
        {
            var length = axes.Lengths[axis];
            if (length is 1 or > CosineTransform.LongestAxis || values.Length < 4 * length)
                continue;
            var transform = CosineTransform.Forward(length);
            if (Gain(values, length, axes.Strides[axis], transform, distortion) < SmallestGain)
                continue;
            transform.Apply(values, axes.Strides[axis]);
            mask |= 1 << axis;
        }

        return mask;
    }

    /// <summary>Undoes transforms, the first axis first.</summary>
    public static void Invert(Span<double> values, TensorAxes axes, int mask)
    {
        for (var axis = 0; axis < axes.Lengths.Length; axis++)
        {
            if ((mask >> axis & 1) != 0)
                CosineTransform.Inverse(axes.Lengths[axis]).Apply(values, axes.Strides[axis]);
        }
    }

    /// <summary>As above, on several threads.</summary>
    /// <param name="values">At least as many values as the tensor has.</param>
    /// <param name="axes">Their axes.</param>
    /// <param name="mask">A bit for each axis that was transformed.</param>
    /// <param name="threads">What the lines are shared among.</param>
    public static void Invert(double[] values, TensorAxes axes, int mask, WorkerPool threads)
    {
        for (var axis = 0; axis < axes.Lengths.Length; axis++)
        {
            if ((mask >> axis & 1) == 0)
                continue;
            var transform = CosineTransform.Inverse(axes.Lengths[axis]);
            var stride = axes.Strides[axis];
            var lines = axes.Count / axes.Lengths[axis];
            var perPiece = Math.Max(1, ValuesPerPiece / axes.Lengths[axis]);
            threads.Run(((lines - 1) / perPiece) + 1,
                piece => transform.Apply(values.AsSpan(0, axes.Count), stride, piece * perPiece, Math.Min(perPiece, lines - (piece * perPiece))));
        }
    }

    private static double Gain(ReadOnlySpan<double> values, int length, int stride, CosineTransform transform, double distortion)
    {
        var lines = values.Length / length;
        var sampled = Math.Min(lines, Math.Max(4, Math.Min(SampledValues / length, SampledProducts / length / length)));
        var line = new double[length];
        var gain = 0.0;
        for (var sample = 0; sample < sampled; sample++)
        {
            var number = (int)((long)sample * lines / sampled);
            var start = (number / stride * stride * length) + (number % stride);
            for (var i = 0; i < length; i++)
                line[i] = values[start + (i * stride)];
            gain += Bits(line, distortion);
            transform.Apply(line, 1);
            gain -= Bits(line, distortion);
        }

        return gain / (sampled * (double)length);
    }

    /// <summary>½ log2 Π (1 + v²/D): what values cost that are each coded at a scale of their own.</summary>
    private static double Bits(ReadOnlySpan<double> values, double distortion)
    {
        var bits = 0.0;
        foreach (var value in values)
            bits -= 0.5 * Information.Bits(1 + Math.Min(value * value / distortion, 1e300));
        return bits;
    }
}
