using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
    /// <summary>The nearest value that the format can hold, ties to even; beyond the largest one, infinity.</summary>
    public static double Round(this NumericFormat format, double value) => format switch
    {
        NumericFormat.Float32 => (float)value,
        NumericFormat.Float16 => (double)(Half)value,
        NumericFormat.BFloat16 => RoundToBFloat16(value),
        NumericFormat.Float64 => value,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
    };

    /// <summary>Rounds every value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(this NumericFormat format, Span<double> values)
    {
        if (format == NumericFormat.Float64)
            return;
        if (format == NumericFormat.Float32)
        {
            var i = 0;
            for (; i + (2 * Vector256<double>.Count) <= values.Length; i += 2 * Vector256<double>.Count)
            {
                var pair = values.Slice(i, 2 * Vector256<double>.Count);
                var singles = Vector256.Narrow(Vector256.Create<double>(pair), Vector256.Create<double>(pair[Vector256<double>.Count..]));
                var (low, high) = Vector256.Widen(singles);
                low.CopyTo(pair);
                high.CopyTo(pair[Vector256<double>.Count..]);
            }

            foreach (ref var value in values[i..])
                value = (float)value;
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
