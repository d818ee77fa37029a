namespace CompressTasks.Numerics.Fourier;

/// <summary>
/// The orthonormal DCT-II of any length n and its inverse, by one discrete Fourier transform of the same length over the even samples followed by the
/// odd ones backwards (Makhoul 1980). X_k = √(2/n) Σ x_j cos(π(2j + 1)k / 2n), and 1/√2 of that for k = 0.
/// </summary>
internal sealed class DctTransform
{
    /// <summary>The padded transform inside must fit into one array.</summary>
    public const int MaxLength = 1 << 29;

    /// <summary>Numbers that a transform keeps: seven arrays of its length, and six of the convolution's below it.</summary>
    public static long ScratchValues(int length) => (7L * length) + (6L * BluesteinFft.PaddedLength(length));

    private readonly BluesteinFft _fft;
    private readonly double[] _cosines;
    private readonly double[] _sines;
    private readonly double[] _scales;
    private readonly double[] _re;
    private readonly double[] _im;

    public DctTransform(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        _fft = new BluesteinFft(length);
        (_cosines, _sines, _scales) = (new double[length], new double[length], new double[length]);
        (_re, _im) = (new double[length], new double[length]);
        for (var k = 0; k < length; k++)
        {
            (_cosines[k], _sines[k]) = UnitCircle.Point(k, 4L * length);
            _scales[k] = Math.Sqrt((k == 0 ? 1.0 : 2.0) / length);
        }
    }

    private int Length => _re.Length;

    public void Forward(Span<double> signal)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signal.Length, Length);
        for (var j = 0; j < Length; j++)
            (_re[Reordered(j)], _im[j]) = (signal[j], 0);
        _fft.Forward(_re, _im);
        for (var k = 0; k < Length; k++)
            signal[k] = _scales[k] * ((_re[k] * _cosines[k]) + (_im[k] * _sines[k]));
    }

    public void Inverse(Span<double> coefficients)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(coefficients.Length, Length);

        // The spectrum of a real signal is symmetric: exp(−πi k/2n)·V_k = Y_k − i·Y_{n−k} with the unscaled coefficients Y.
        for (var k = 0; k < Length; k++)
        {
            var y = coefficients[k] / _scales[k];
            var mirrored = k == 0 ? 0 : coefficients[Length - k] / _scales[Length - k];
            _re[k] = ((y * _cosines[k]) + (mirrored * _sines[k])) / Length;
            _im[k] = ((y * _sines[k]) - (mirrored * _cosines[k])) / Length;
        }

        // With real and imaginary parts exchanged, the forward transform is the inverse one.
        _fft.Forward(_im, _re);
        for (var j = 0; j < Length; j++)
            coefficients[j] = _re[Reordered(j)];
    }

    /// <summary>
    /// What the transform makes of variances: those of the coefficients, for the variances v_j of independent samples.
    /// cos² t = (1 + cos 2t)/2 makes Σ v_j T_kj² a DCT itself, read at 2k, and mirrored with the other sign beyond n.
    /// </summary>
    public void ForwardVariances(Span<double> variances)
    {
        var sum = 0.0;
        foreach (var variance in variances)
            sum += variance;
        var mean = Length == 0 ? 0 : sum / Length;
        Forward(variances);
        double[] spectrum = [.. variances];
        for (var k = 0; k < Length; k++)
        {
            var twice = 2 * k;
            var cosineSum =
                k == 0 ? sum
                : twice < Length ? spectrum[twice] / _scales[twice]
                : twice == Length ? 0
                : -spectrum[(2 * Length) - twice] / _scales[(2 * Length) - twice];
            variances[k] = Math.Max(0, k == 0 ? mean : mean + (cosineSum / Length));
        }
    }

    private int Reordered(int sample) => sample % 2 == 0 ? sample / 2 : Length - 1 - (sample / 2);
}
