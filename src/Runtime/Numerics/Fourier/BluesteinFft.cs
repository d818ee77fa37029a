using System.Numerics;

namespace CompressTasks.Numerics.Fourier;

/// <summary>
/// The discrete Fourier transform of any length n in O(n log n): jk = (j² + k² − (k − j)²)/2 turns it into a convolution with a chirp
/// (Bluestein 1970), which transforms of a power of two carry out.
/// </summary>
internal sealed class BluesteinFft
{
    private readonly int _length;
    private readonly PowerOfTwoFft _fft;
    private readonly double[] _chirpRe;
    private readonly double[] _chirpIm;
    private readonly double[] _filterRe;
    private readonly double[] _filterIm;
    private readonly double[] _re;
    private readonly double[] _im;

    public BluesteinFft(int length)
    {
        _length = length;
        var padded = PaddedLength(length);
        _fft = new PowerOfTwoFft(padded);
        (_chirpRe, _chirpIm) = (new double[length], new double[length]);
        (_filterRe, _filterIm) = (new double[padded], new double[padded]);
        (_re, _im) = (new double[padded], new double[padded]);
        for (var j = 0; j < length; j++)
        {
            // exp(−πi j²/n): the square is reduced exactly, as an integer.
            (_chirpRe[j], _chirpIm[j]) = UnitCircle.Point(-((long)j * j), 2L * length);
            var mirror = j == 0 ? 0 : padded - j;
            (_filterRe[j], _filterIm[j]) = (_filterRe[mirror], _filterIm[mirror]) = (_chirpRe[j] / padded, -_chirpIm[j] / padded);
        }

        _fft.Forward(_filterRe, _filterIm);
    }

    /// <summary>Of the convolution that a transform of some length becomes.</summary>
    public static int PaddedLength(int length) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (2 * length) - 1));

    /// <summary>Σ x_j exp(−2πi jk/n), in place, in natural order.</summary>
    public void Forward(Span<double> re, Span<double> im)
    {
        _re.AsSpan(_length).Clear();
        _im.AsSpan(_length).Clear();
        for (var j = 0; j < _length; j++)
            (_re[j], _im[j]) = Multiply(re[j], im[j], _chirpRe[j], _chirpIm[j]);
        _fft.Forward(_re, _im);
        for (var k = 0; k < _re.Length; k++)
            (_re[k], _im[k]) = Multiply(_re[k], _im[k], _filterRe[k], _filterIm[k]);
        _fft.Inverse(_re, _im);
        for (var k = 0; k < _length; k++)
            (re[k], im[k]) = Multiply(_re[k], _im[k], _chirpRe[k], _chirpIm[k]);
    }

    private static (double Re, double Im) Multiply(double aRe, double aIm, double bRe, double bIm) =>
        ((aRe * bRe) - (aIm * bIm), (aRe * bIm) + (aIm * bRe));
}
