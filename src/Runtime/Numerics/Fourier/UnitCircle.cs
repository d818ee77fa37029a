namespace CompressTasks.Numerics.Fourier;

/// <summary>Sine and cosine of rational parts of a full turn, from plain IEEE 754 arithmetic: the same bits on every machine.</summary>
internal static class UnitCircle
{
    // Coefficients of the Taylor series of cos in x² and of sin in x², highest first. Up to π/4 their remainders are below 2^-53 of the result.
    private static readonly double[] _cosine = Series(first: 16);
    private static readonly double[] _sine = Series(first: 17);

    /// <summary>
    /// The cosine and sine of 2π · <paramref name="numerator"/> / <paramref name="denominator"/>, within 2 units in the last place.
    /// </summary>
    /// <param name="numerator">Any integer.</param>
    /// <param name="denominator">1 … 2^60: eighths of a turn are compared exactly, as integers.</param>
    public static (double Cosine, double Sine) Point(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(denominator, 1L << 60);
        var part = numerator % denominator;
        if (part < 0)
            part += denominator;

        // Whole quarters are exact; what is left is mirrored at the eighth, so that the series are used up to π/4 only.
        var quarter = 4 * part / denominator;
        var rest = (4 * part) - (quarter * denominator);
        var mirror = denominator - rest;
        var (cosine, sine) = FirstEighth(Math.Min(rest, mirror) * (Math.PI / 2) / denominator);
        if (rest == mirror)
            (cosine, sine) = (Math.Sqrt(0.5), Math.Sqrt(0.5));
        else if (rest > mirror)
            (cosine, sine) = (sine, cosine);
        return quarter switch
        {
            0 => (cosine, sine),
            1 => (-sine, cosine),
            2 => (-cosine, -sine),
            _ => (sine, -cosine),
        };
    }

    private static (double Cosine, double Sine) FirstEighth(double x) => (Horner(_cosine, x * x), x * Horner(_sine, x * x));

    private static double Horner(double[] coefficients, double x)
    {
        var sum = 0.0;
        foreach (var coefficient in coefficients)
            sum = (sum * x) + coefficient;
        return sum;
    }

    private static double[] Series(int first)
    {
        var result = new double[(first / 2) + 1];
        for (var i = 0; i < result.Length; i++)
        {
            var power = first - (2 * i);

            // 17! is below 2^53: factorials are exact.
            var factorial = 1.0;
            for (var factor = 2; factor <= power; factor++)
                factorial *= factor;
            result[i] = (power / 2 % 2 == 0 ? 1 : -1) / factorial;
        }

        return result;
    }
}
