namespace CompressTasks.Stages.Haar;

/// <summary>
/// The orthonormal Haar transform of signals of any one length, down to one approximation coefficient. An odd last sample is carried to the next,
/// coarser approximation; pairs of approximations that stand for m and n samples are rotated by (√m, √n)/√(m + n) (the unbalanced Haar transform), so
/// that a constant signal of any length is one coefficient. For powers of two this is the plain Haar transform.
/// </summary>
/// <remarks>Order of coefficients: approximation, details from coarse to fine.</remarks>
internal sealed class HaarTransform
{
    private static readonly (double Cosine, double Sine) _ofEqual = Rotation(1, 1);

    private readonly List<Step> _steps = [];
    private readonly double[] _scratch;

    public HaarTransform(int length)
    {
        _scratch = new double[length];

        // All samples stand for as many of the signal, but perhaps the last, which stands for fewer.
        var (samples, last) = (1.0, 1.0);
        for (var left = length; left > 1; left = (left + 1) / 2)
        {
            var isWhole = left % 2 == 0;
            _steps.Add(new(left / 2, isWhole ? Rotation(samples, last) : _ofEqual));
            last = isWhole ? samples + last : last;
            samples *= 2;
        }
    }

    /// <summary>One step of the transform.</summary>
    /// <param name="Length">How many pairs are rotated.</param>
    /// <param name="Last">The rotation of the last one; the others are those of equal samples.</param>
    private readonly record struct Step(int Length, (double Cosine, double Sine) Last)
    {
        public (double Cosine, double Sine) this[int pair] => pair == Length - 1 ? Last : _ofEqual;
    }

    public void Forward(Span<double> signal) => Analyse(signal, squared: false);

    /// <summary>
    /// What the transform makes of variances: those of the coefficients, for the variances of independent samples. (At each step the two samples of a
    /// pair are made of different samples of the signal, so they are independent too.)
    /// </summary>
    public void ForwardVariances(Span<double> variances) => Analyse(variances, squared: true);

    public void Inverse(Span<double> coefficients)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(coefficients.Length, _scratch.Length);
        for (var s = _steps.Count - 1; s >= 0; s--)
        {
            var (step, length) = (_steps[s], LengthAt(s));
            var details = length - step.Length;
            for (var i = 0; i < step.Length; i++)
            {
                var (cosine, sine) = step[i];
                var (approximation, detail) = (coefficients[i], coefficients[details + i]);
                _scratch[2 * i] = (cosine * approximation) + (sine * detail);
                _scratch[(2 * i) + 1] = (sine * approximation) - (cosine * detail);
            }

            if (length % 2 == 1)
                _scratch[length - 1] = coefficients[details - 1];
            _scratch.AsSpan(0, length).CopyTo(coefficients);
        }
    }

    private void Analyse(Span<double> signal, bool squared)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signal.Length, _scratch.Length);
        for (var s = 0; s < _steps.Count; s++)
        {
            var (step, length) = (_steps[s], LengthAt(s));
            var details = length - step.Length;
            for (var i = 0; i < step.Length; i++)
            {
                var (cosine, sine) = step[i];
                var (a, b) = (signal[2 * i], signal[(2 * i) + 1]);
                _scratch[i] = squared ? (cosine * cosine * a) + (sine * sine * b) : (cosine * a) + (sine * b);
                _scratch[details + i] = squared ? (sine * sine * a) + (cosine * cosine * b) : (sine * a) - (cosine * b);
            }

            if (length % 2 == 1)
                _scratch[details - 1] = signal[length - 1];
            _scratch.AsSpan(0, length).CopyTo(signal);
        }
    }

    private int LengthAt(int step)
    {
        var length = _scratch.Length;
        for (var s = 0; s < step; s++)
            length -= _steps[s].Length;
        return length;
    }

    private static (double Cosine, double Sine) Rotation(double m, double n) => (Math.Sqrt(m / (m + n)), Math.Sqrt(n / (m + n)));
}
