namespace CompressTasks.Outputs.Samples.Media;

/// <summary>
/// Resamples by the sum of windowed sinc functions (J. O. Smith, "Digital Audio Resampling", 2002): what is above the lower of both Nyquist
/// frequencies is taken away. Beyond its ends the signal is zero.
/// </summary>
internal static class Resampler
{
    /// <summary>Zero crossings of the sinc on either side; with a Kaiser window of this β about 80 dB are between pass band and stop band.</summary>
    private const int Crossings = 32;
    private const double Beta = 8;

    /// <summary>Where the pass band ends, as a share of the lower Nyquist frequency: half of the window's transition lies above it.</summary>
    private const double Rolloff = 0.92;

    /// <param name="signal">Values at <paramref name="from"/> a second.</param>
    /// <param name="from">More than 0.</param>
    /// <param name="to">More than 0.</param>
    /// <returns>As long in time, rounded up to a whole value.</returns>
    public static float[] Resample(float[] signal, int from, int to)
    {
        if (from == to || signal.Length == 0)
            return signal;
        var divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(from, to);
        var (step, phases) = (from / divisor, to / divisor);
        var cutoff = Rolloff * Math.Min(1, (double)to / from);
        var reach = (int)Math.Ceiling(Crossings / cutoff);
        var taps = new double[phases][];
        var result = new float[checked((int)((((long)signal.Length * phases) + step - 1) / step))];
        for (var i = 0; i < result.Length; i++)
        {
            // The place of the value in the signal is a whole number and a fraction with few different values.
            var (place, phase) = Math.DivRem((long)i * step, phases);
            var weights = taps[phase] ??= Taps((double)phase / phases, cutoff, reach);
            var first = (int)place - reach + 1;
            var sum = 0d;
            for (var k = Math.Max(0, -first); k < weights.Length && first + k < signal.Length; k++)
                sum += weights[k] * signal[first + k];
            result[i] = (float)sum;
        }

        return result;
    }

    /// <summary>What the values around a place have to do with it; they sum to 1, so that a constant stays what it is.</summary>
    /// <param name="fraction">Of the place, 0 to 1.</param>
    /// <param name="cutoff">As a share of the signal's Nyquist frequency.</param>
    /// <param name="reach">Values on either side.</param>
    private static double[] Taps(double fraction, double cutoff, int reach)
    {
        var weights = new double[2 * reach];
        for (var k = 0; k < weights.Length; k++)
        {
            var distance = cutoff * (k - reach + 1 - fraction);
            var share = distance / Crossings;
            if (Math.Abs(share) < 1)
                weights[k] = Sinc(distance) * Bessel(Beta * Math.Sqrt(1 - (share * share)));
        }

        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    /// <summary>The modified Bessel function of the first kind and order 0, by its power series.</summary>
    private static double Bessel(double x)
    {
        var (sum, term) = (1d, 1d);
        for (var k = 1; term > 1e-17 * sum; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }
}
