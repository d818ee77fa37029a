using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Numerics;

/// <summary>
/// Dot product and axpy of long vectors. Four lanes on every machine and no fused multiply-add: the order of every sum, and so every
/// bit, is the same everywhere.
/// </summary>
internal static class VectorKernels
{
    private const int Lanes = 4;

    /// <summary>Σ x·y.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        var vx = MemoryMarshal.Cast<double, Vector256<double>>(x);
        var vy = MemoryMarshal.Cast<double, Vector256<double>>(y)[..vx.Length];
        var sum = Vector256<double>.Zero;
        for (var i = 0; i < vx.Length; i++)
            sum += vx[i] * vy[i];
        var tail = 0.0;
        for (var i = vx.Length * Lanes; i < x.Length; i++)
            tail += x[i] * y[i];
        return Horizontal(sum) + tail;
    }

    /// <summary>y ← y + factor·x.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        var vx = MemoryMarshal.Cast<double, Vector256<double>>(x);
        var vy = MemoryMarshal.Cast<double, Vector256<double>>(y)[..vx.Length];
        for (var i = 0; i < vx.Length; i++)
            vy[i] += vx[i] * factor;
        for (var i = vx.Length * Lanes; i < x.Length; i++)
            y[i] += x[i] * factor;
    }

    /// <summary>max |x|; not a number when one of them is none.</summary>
    public static double LargestMagnitude(ReadOnlySpan<double> x)
    {
        var largest = Vector256<double>.Zero;
        var vx = MemoryMarshal.Cast<double, Vector256<double>>(x);
        foreach (var v in vx)
            largest = Vector256.Max(largest, Vector256.Abs(v));
        var result = Math.Max(Math.Max(largest[0], largest[1]), Math.Max(largest[2], largest[3]));
        foreach (var value in x[(vx.Length * Lanes)..])
            result = Math.Max(result, Math.Abs(value));
        return result;
    }

    // Vector256.Sum does not promise an order.
    private static double Horizontal(Vector256<double> v) => (v.GetElement(0) + v.GetElement(1)) + (v.GetElement(2) + v.GetElement(3));
}
