using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompressTasks.Numerics;

/// <summary>The floating-point formats a weight may have in a model.</summary>
internal enum NumericFormat
{
    Float32,
    Float16,
    BFloat16,
    Float64,
}

internal static class NumericFormatRounding
{
    private const double LargestBFloat16 = 3.3895313892515355e38;

    /// <summary>The nearest finite value that the format can hold, ties to even: no weight that was coded is infinite.</summary>
    public static double Round(this NumericFormat format, double value) => format switch
    {
        NumericFormat.Float32 => Math.Clamp((float)value, float.MinValue, float.MaxValue),
        NumericFormat.Float16 => (double)Half.Clamp((Half)value, Half.MinValue, Half.MaxValue),
        NumericFormat.BFloat16 => Math.Clamp(RoundToBFloat16(value), -LargestBFloat16, LargestBFloat16),
        NumericFormat.Float64 => value,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
    };

    /// <summary>Rounds every value.</summary>
    public static void Round(this NumericFormat format, Span<double> values)
    {
        if (format == NumericFormat.Float64)
            return;
        if (format == NumericFormat.Float32)
        {
            var (least, most) = (Vector256.Create(float.MinValue), Vector256.Create(float.MaxValue));
            ref var first = ref MemoryMarshal.GetReference(values);
            var i = 0;
            for (; i + Vector256<float>.Count <= values.Length; i += Vector256<float>.Count)
            {
                ref var low = ref Unsafe.Add(ref first, i);
                var singles = Vector256.Narrow(Vector256.LoadUnsafe(ref low), Vector256.LoadUnsafe(ref low, (nuint)Vector256<double>.Count));
                singles = Avx.IsSupported ? Avx.Min(Avx.Max(singles, least), most) : Vector256.Min(Vector256.Max(singles, least), most);
                Vector256.WidenLower(singles).StoreUnsafe(ref low);
                Vector256.WidenUpper(singles).StoreUnsafe(ref low, (nuint)Vector256<double>.Count);
            }

            foreach (ref var value in values[i..])
                value = Math.Clamp((float)value, float.MinValue, float.MaxValue);
            return;
        }

        foreach (ref var value in values)
            value = format.Round(value);
    }

    private static double RoundToBFloat16(double value)
    {
        const double smallestNormal = 1.1754943508222875e-38;
        const double largestBeforeInfinity = 3.3961775292304601e38;
        if (!double.IsFinite(value))
            return value;
        if (Math.Abs(value) >= largestBeforeInfinity)
            return double.CopySign(double.PositiveInfinity, value);

        // Subnormals have one spacing, 2^-133: adding a double whose unit in the last place that is rounds to it.
        if (Math.Abs(value) < smallestNormal)
        {
            const double shift = 1.5 * 4.1359030627651384e-25; // 1.5 · 2^-81 = 1.5 · 2^-133 · 2^52
            return double.CopySign(Math.Abs(value) + shift - shift, value);
        }

        // 8 significand bits: 45 of a double's 53 go.
        var bits = BitConverter.DoubleToUInt64Bits(value);
        bits += (1UL << 44) - 1 + ((bits >> 45) & 1);
        return BitConverter.UInt64BitsToDouble(bits & ~((1UL << 45) - 1));
    }
}
