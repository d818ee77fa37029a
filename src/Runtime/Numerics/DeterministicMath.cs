using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Numerics;

/// <summary>Elementary functions from plain IEEE 754 double arithmetic: the same bits on every machine, unlike <see cref="Math"/>.</summary>
internal static class DeterministicMath
{
    private const double Log2E = 1.4426950408889634;
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Ln2 = 0.6931471805599453;

    /// <summary>e^<paramref name="x"/> for x ≤ 0 (0 below −708) within 2 units in the last place.</summary>
    public static double ExpOfNonPositive(double x)
    {
        if (x < -708)
            return 0;
        var k = (long)((x * Log2E) - 0.5);
        var r = (x - (k * Ln2High)) - (k * Ln2Low);

        // Taylor series to degree 13 on |r| ≤ ln2/2: the remainder is below 2^-57.
        var sum = 1.0 / 6227020800;
        sum = (sum * r) + (1.0 / 479001600);
        sum = (sum * r) + (1.0 / 39916800);
        sum = (sum * r) + (1.0 / 3628800);
        sum = (sum * r) + (1.0 / 362880);
        sum = (sum * r) + (1.0 / 40320);
        sum = (sum * r) + (1.0 / 5040);
        sum = (sum * r) + (1.0 / 720);
        sum = (sum * r) + (1.0 / 120);
        sum = (sum * r) + (1.0 / 24);
        sum = (sum * r) + (1.0 / 6);
        sum = (sum * r) + 0.5;
        sum = (sum * r) + 1;
        sum = (sum * r) + 1;
        return sum * BitConverter.Int64BitsToDouble((k + 1023) << 52);
    }

    /// <summary>2^<paramref name="exponent"/> with a relative error below 10⁻¹²; 0 and infinity beyond ±1,021.</summary>
    public static double PowerOfTwo(double exponent)
    {
        var power = ExpOfNonPositive(-Math.Abs(exponent) * Ln2);
        return exponent < 0 ? power : 1 / power;
    }

    /// <summary>Four lanes of <see cref="ExpOfNonPositive(double)"/>, with the same bits in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ExpOfNonPositive(Vector256<double> x)
    {
        // The argument is negative, so that the ceiling is the truncation of the scalar code.
        var k = Vector256.Ceiling((x * Vector256.Create(Log2E)) - Vector256.Create(0.5));
        var r = (x - (k * Vector256.Create(Ln2High))) - (k * Vector256.Create(Ln2Low));
        var sum = Vector256.Create(1.0 / 6227020800);
        sum = (sum * r) + Vector256.Create(1.0 / 479001600);
        sum = (sum * r) + Vector256.Create(1.0 / 39916800);
        sum = (sum * r) + Vector256.Create(1.0 / 3628800);
        sum = (sum * r) + Vector256.Create(1.0 / 362880);
        sum = (sum * r) + Vector256.Create(1.0 / 40320);
        sum = (sum * r) + Vector256.Create(1.0 / 5040);
        sum = (sum * r) + Vector256.Create(1.0 / 720);
        sum = (sum * r) + Vector256.Create(1.0 / 120);
        sum = (sum * r) + Vector256.Create(1.0 / 24);
        sum = (sum * r) + Vector256.Create(1.0 / 6);
        sum = (sum * r) + Vector256.Create(0.5);
        sum = (sum * r) + Vector256.Create(1.0);
        sum = (sum * r) + Vector256.Create(1.0);

        // 2^52 + 2^51 puts the integer k + 1023 into the low bits of the significand, from where it is shifted into the exponent.
        var biased = (k + Vector256.Create(1023.0)) + Vector256.Create(6755399441055744.0);
        var power = (biased.AsInt64() << 52).AsDouble();
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(-708.0)), Vector256<double>.Zero, sum * power);
    }
}
