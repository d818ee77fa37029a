using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Numerics.Fourier;

/// <summary>
/// Radix-2 discrete Fourier transform, Σ x_j exp(−2πi jk/n), with the spectrum in bit-reversed order: convolutions need no other, and save the
/// reordering.
/// </summary>
/// <remarks>
/// Four lanes on every machine and no fused multiply-add, so that the bits are the same everywhere: that is why this is not a library's transform.
/// </remarks>
internal sealed class PowerOfTwoFft
{
    private const int Lanes = 4;

    // Entry half + j is exp(−2πi j / (2 half)): the twiddle factors of one stage are contiguous.
    private readonly double[] _cosines;
    private readonly double[] _sines;

    public PowerOfTwoFft(int length)
    {
        _cosines = new double[length];
        _sines = new double[length];
        for (var half = 1; half < length; half *= 2)
        {
            for (var j = 0; j < half; j++)
                (_cosines[half + j], _sines[half + j]) = UnitCircle.Point(-j, 2L * half);
        }
    }

    public int Length => _cosines.Length;

    /// <summary>In place; natural order in, bit-reversed order out.</summary>
    public void Forward(Span<double> re, Span<double> im)
    {
        for (var half = Length / 2; half >= 1; half /= 2)
        {
            for (var start = 0; start < Length; start += 2 * half)
            {
                Decimate(
                    re.Slice(start, half), im.Slice(start, half), re.Slice(start + half, half), im.Slice(start + half, half),
                    _cosines.AsSpan(half, half), _sines.AsSpan(half, half));
            }
        }
    }

    /// <summary>In place, not divided by the length; bit-reversed order in, natural order out.</summary>
    public void Inverse(Span<double> re, Span<double> im)
    {
        for (var half = 1; half < Length; half *= 2)
        {
            for (var start = 0; start < Length; start += 2 * half)
            {
                Combine(
                    re.Slice(start, half), im.Slice(start, half), re.Slice(start + half, half), im.Slice(start + half, half),
                    _cosines.AsSpan(half, half), _sines.AsSpan(half, half));
            }
        }
    }

    /// <summary>(a, b) ← (a + b, (a − b)·w).</summary>
    private static void Decimate(Span<double> aRe, Span<double> aIm, Span<double> bRe, Span<double> bIm, ReadOnlySpan<double> wRe,
        ReadOnlySpan<double> wIm)
    {
        if (aRe.Length >= Lanes)
        {
            var ar = Vectors(aRe);
            var ai = Vectors(aIm);
            var br = Vectors(bRe);
            var bi = Vectors(bIm);
            var wr = Vectors(wRe);
            var wi = Vectors(wIm);
            for (var j = 0; j < ar.Length; j++)
            {
                var (dr, di) = (ar[j] - br[j], ai[j] - bi[j]);
                ar[j] += br[j];
                ai[j] += bi[j];
                br[j] = (dr * wr[j]) - (di * wi[j]);
                bi[j] = (dr * wi[j]) + (di * wr[j]);
            }

            return;
        }

        for (var j = 0; j < aRe.Length; j++)
        {
            var (dr, di) = (aRe[j] - bRe[j], aIm[j] - bIm[j]);
            aRe[j] += bRe[j];
            aIm[j] += bIm[j];
            bRe[j] = (dr * wRe[j]) - (di * wIm[j]);
            bIm[j] = (dr * wIm[j]) + (di * wRe[j]);
        }
    }

    /// <summary>(a, b) ← (a + b·w̄, a − b·w̄).</summary>
    private static void Combine(Span<double> aRe, Span<double> aIm, Span<double> bRe, Span<double> bIm, ReadOnlySpan<double> wRe,
        ReadOnlySpan<double> wIm)
    {
        if (aRe.Length >= Lanes)
        {
            var ar = Vectors(aRe);
            var ai = Vectors(aIm);
            var br = Vectors(bRe);
            var bi = Vectors(bIm);
            var wr = Vectors(wRe);
            var wi = Vectors(wIm);
            for (var j = 0; j < ar.Length; j++)
            {
                var tr = (br[j] * wr[j]) + (bi[j] * wi[j]);
                var ti = (bi[j] * wr[j]) - (br[j] * wi[j]);
                (br[j], bi[j]) = (ar[j] - tr, ai[j] - ti);
                ar[j] += tr;
                ai[j] += ti;
            }

            return;
        }

        for (var j = 0; j < aRe.Length; j++)
        {
            var tr = (bRe[j] * wRe[j]) + (bIm[j] * wIm[j]);
            var ti = (bIm[j] * wRe[j]) - (bRe[j] * wIm[j]);
            (bRe[j], bIm[j]) = (aRe[j] - tr, aIm[j] - ti);
            aRe[j] += tr;
            aIm[j] += ti;
        }
    }

    private static Span<Vector256<double>> Vectors(Span<double> values) => MemoryMarshal.Cast<double, Vector256<double>>(values);

    private static ReadOnlySpan<Vector256<double>> Vectors(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, Vector256<double>>(values);
}
