namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>A logarithmic scale of three steps to a factor of two, from exact comparisons.</summary>
internal static class ThirdOctave
{
    private const double SixthRoot = 1.122462048309373; // 2^(1/6)
    private const double CubeRoot = 1.2599210498948732; // 2^(1/3)

    /// <summary>The step that is nearest to a number on the logarithmic scale; that of the smallest normal number for what is below it.</summary>
    public static int Nearest(double value)
    {
        value = Math.Max(value, 2.2250738585072014e-308);
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) - 1023;
        var significand = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        var third =
            significand < SixthRoot ? 0
            : significand < SixthRoot * CubeRoot ? 1
            : significand < SixthRoot * CubeRoot * CubeRoot ? 2
            : 3;
        return (3 * exponent) + third;
    }

    /// <summary>2^(<paramref name="step"/>/3).</summary>
    public static double Value(int step)
    {
        var octave = (int)Math.Floor(step / 3.0);
        return Math.ScaleB((step - (3 * octave)) switch { 0 => 1, 1 => CubeRoot, _ => CubeRoot * CubeRoot }, octave);
    }
}
