using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Numerics;

/// <summary>
/// The inner loops: whole vectors of four doubles, products and sums apart, and the order of additions spelled out, because that of Vector256.Sum is
/// not the same on every processor.
/// </summary>
internal static class FixedOrder
{
    private const int Lanes = 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> v)
    {
        var four = v.GetLower() + v.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector256<double> v)
    {
        var two = v.GetLower() + v.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }

    /// <summary>Σ a[j]·b[j] over from ≤ j &lt; to, in whole vectors of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Dot(ref double a, ref double b, int from, int to)
    {
        var sum = Vector256<double>.Zero;
        for (var j = from; j < to; j += Lanes)
            sum += Vector256.LoadUnsafe(ref a, (nuint)j) * Vector256.LoadUnsafe(ref b, (nuint)j);
        return Sum(sum);
    }

    /// <summary>target[j] −= factor·row[j] over from ≤ j &lt; to, in whole vectors of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractMultiple(ref double target, double factor, ref double row, int from, int to)
    {
        var f = Vector256.Create(factor);
        for (var j = from; j < to; j += Lanes)
            (Vector256.LoadUnsafe(ref target, (nuint)j) - (f * Vector256.LoadUnsafe(ref row, (nuint)j))).StoreUnsafe(ref target, (nuint)j);
    }
}
