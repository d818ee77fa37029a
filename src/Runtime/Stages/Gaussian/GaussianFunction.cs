using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Numerics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>exp(−(j−μ)²/(2σ²)) at j = 0, 1, …, in plain IEEE 754 double arithmetic: what the decoder adds up, bit for bit.</summary>
internal static class GaussianFunction
{
    /// <summary>Narrower than any fitted σ; stages that code the parameters with loss may hand back zero or less.</summary>
    public const double DecoderMinSigma = 1.0 / 1024;

    /// <summary>Beyond so many σ the exponent is below −708 and the value exactly zero.</summary>
    private const double Support = 37.7;

    private static readonly Vector256<double> _lanes = Vector256.Create(0.0, 1.0, 2.0, 3.0);

    /// <summary>Adds A·exp(−(j−μ)²/(2σ²)) to <paramref name="target"/>[j].</summary>
    public static void AddTo(Span<double> target, double amplitude, double mu, double sigma)
    {
        var factor = Factor(ref sigma);
        var (from, to) = Window(mu, sigma, Support, target.Length);
        ref var first = ref MemoryMarshal.GetReference(target);
        var j = from;
        for (; j + 4 <= to; j += 4)
        {
            var sum = Vector256.LoadUnsafe(ref first, (nuint)j) + (Vector256.Create(amplitude) * At(j, mu, factor));
            sum.StoreUnsafe(ref first, (nuint)j);
        }

        for (; j < to; j++)
        {
            var distance = j - mu;
            target[j] += amplitude * DeterministicMath.ExpOfNonPositive(distance * distance * factor);
        }
    }

    /// <summary>Fills <paramref name="target"/> with the values for an amplitude of 1.</summary>
    public static void Fill(Span<double> target, double mu, double sigma)
    {
        target.Clear();
        AddTo(target, 1, mu, sigma);
    }

    /// <summary>
    /// Sets the samples from ≤ j &lt; to, in whole vectors of four, to the values for an amplitude of 1, and to zero at and beyond
    /// <paramref name="length"/>.
    /// </summary>
    public static void Sample(Span<double> target, int from, int to, int length, double mu, double sigma)
    {
        ref var first = ref MemoryMarshal.GetReference(target[..to]);
        var factor = Factor(ref sigma);
        for (var j = from; j < to; j += 4)
            At(j, mu, factor).StoreUnsafe(ref first, (nuint)j);
        for (var j = length; j < to; j++)
            target[j] = 0;
    }

    /// <summary>The samples within <paramref name="support"/>·σ of μ: from ≤ j &lt; to. Not a number selects all of them.</summary>
    public static (int From, int To) Window(double mu, double sigma, double support, int length)
    {
        var from = Math.Floor(mu - (support * sigma));
        var to = Math.Floor(mu + (support * sigma)) + 1;
        return (from > 0 ? (int)Math.Min(from, length) : 0, to < length ? (int)Math.Max(to, 0) : length);
    }

    /// <summary>Four samples from j on; <paramref name="factor"/> is −1/(2σ²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> At(int j, double mu, double factor)
    {
        var distance = (Vector256.Create((double)j) + _lanes) - Vector256.Create(mu);
        return DeterministicMath.ExpOfNonPositive(distance * distance * Vector256.Create(factor));
    }

    private static double Factor(ref double sigma)
    {
        sigma = Math.Max(Math.Abs(sigma), DecoderMinSigma);
        return -0.5 / (sigma * sigma);
    }
}
