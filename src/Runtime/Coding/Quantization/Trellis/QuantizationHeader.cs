using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CompressTasks.Coding.Quantization.Axes;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>What a decoder has to know besides the indices.</summary>
/// <param name="Step">Δ, finite and above 0.</param>
/// <param name="Cosines">A bit for each axis along which the indices are those of cosine coefficients.</param>
/// <param name="MeanExponent">Means are in units of 2^MeanExponent.</param>
/// <param name="Means">What is added to the values.</param>
/// <param name="Center">The scale class of a scale of zero.</param>
/// <param name="Scales">The scales of the coefficients.</param>
internal sealed record QuantizationHeader(double Step, int Cosines, int MeanExponent, PerAxisIntegers Means, int Center, PerAxisIntegers Scales)
{
    private const byte Method = 1;
    private const int SmallestExponent = -1074;
    private const int LargestExponent = 1023;

    /// <summary>The class that the mean magnitude of a tensor belongs to.</summary>
    public static int CenterOf(double meanMagnitude, double step) => Math.Clamp(ScaleClass.Of(meanMagnitude / step), sbyte.MinValue, sbyte.MaxValue);

    public static QuantizationHeader Read(ChunkReader reader, TensorAxes axes)
    {
        var method = reader.Byte();
        if (method != Method)
            throw ChunkReader.Corrupt($"there is no quantizer with the number {method}");
        var step = reader.Double();
        if (!double.IsFinite(step) || step <= 0)
            throw ChunkReader.Corrupt(string.Create(CultureInfo.InvariantCulture, $"the step is {step}"));
        var center = (sbyte)reader.Byte();
        var count = axes.Lengths.Length;
        var flags = reader.Count();
        var all = (1 << count) - 1;
        var (cosines, ofMeans, ofScales) = (flags & all, (flags >> count) & all, flags >> (2 * count));
        if (ofScales > all)
            throw ChunkReader.Corrupt($"the flags {flags} are too many for {count} axes");
        for (var axis = 0; axis < count; axis++)
        {
            if (((cosines >> axis) & 1) != 0 && axes.Lengths[axis] > CosineTransform.LongestAxis)
                throw ChunkReader.Corrupt($"there is no cosine transform along {axes.Lengths[axis]} values");
        }

        var exponent = ofMeans == 0 ? 0 : reader.Count() + SmallestExponent;
        if (exponent > LargestExponent)
            throw ChunkReader.Corrupt($"means cannot be in units of 2^{exponent}");
        if ((ofMeans | ofScales) == 0)
            return new(step, cosines, exponent, new PerAxisIntegers(axes), center, new PerAxisIntegers(axes));
        var decoder = PerAxisIntegers.NewDecoder(reader.Bytes().Span);
        return new(step, cosines, exponent, PerAxisIntegers.Read(axes, ofMeans, ref decoder), center,
            PerAxisIntegers.Read(axes, ofScales, ref decoder));
    }

    public void Write(ChunkWriter writer, TensorAxes axes)
    {
        var count = axes.Lengths.Length;
        writer.Byte(Method);
        writer.Double(Step);
        writer.Byte((byte)(sbyte)Center);
        writer.Count(Cosines | (Means.Mask << count) | (Scales.Mask << (2 * count)));
        if (!Means.IsZero)
            writer.Count(MeanExponent - SmallestExponent);
        if (Means.IsZero && Scales.IsZero)
            return;
        var encoder = PerAxisIntegers.NewEncoder();
        Means.Write(encoder);
        Scales.Write(encoder);
        writer.Bytes(encoder.Finish());
    }

    /// <summary>The values that indices stand for; encoder and decoder share it, hence the same bits on both sides.</summary>
    public void Reconstruct(ReadOnlySpan<int> indices, TensorAxes axes, ReadOnlySpan<double> prediction, NumericFormat format, Span<double> values)
    {
        Scale(indices, values);
        TransformSelection.Invert(values, axes, Cosines);
        AddMeans(values, axes, 0);
        if (!prediction.IsEmpty)
            AddPrediction(values, prediction);
        format.Round(values);
    }

    /// <summary>Multiplies indices by the step.</summary>
    public void Scale(ReadOnlySpan<int> indices, Span<double> values)
    {
        var i = 0;
        if (Avx.IsSupported)
        {
            ref var index = ref MemoryMarshal.GetReference(indices);
            ref var value = ref MemoryMarshal.GetReference(values);
            for (; i + Vector256<double>.Count <= values.Length; i += Vector256<double>.Count)
                (Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref index, (nuint)i)) * Step).StoreUnsafe(ref value, (nuint)i);
        }

        for (; i < values.Length; i++)
            values[i] = indices[i] * Step;
    }

    /// <summary>Adds the means to a run of values.</summary>
    /// <param name="values">The run.</param>
    /// <param name="axes">The axes of the whole tensor.</param>
    /// <param name="first">The index of the run's first value in the tensor.</param>
    public void AddMeans(Span<double> values, TensorAxes axes, int first)
    {
        if (!Means.IsZero)
            AxisMeans.AddTo(values, Means, axes, Math.ScaleB(1, MeanExponent), first);
    }

    public static void AddPrediction(Span<double> values, ReadOnlySpan<double> prediction)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = prediction[i] + values[i];
    }
}
