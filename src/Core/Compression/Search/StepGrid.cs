using CompressTasks.Numerics;

namespace CompressTasks.Compression.Search;

/// <summary>
/// Steps are powers of two with whole multiples of 1/128 as exponents. On a grid, the last bits of measured outputs, which differ between machines,
/// seldom show in the artifact.
/// </summary>
internal static class StepGrid
{
    /// <summary>
    /// Neighbouring steps differ by half a percent: a hundredth of the squared error, worth less than a hundredth of a bit per weight.
    /// </summary>
    public const int PerOctave = 128;

    /// <summary>Sensitivities are rounded to eighths of an octave of the step: being off by half of that costs next to nothing.</summary>
    private const int SensitivityPerOctave = 8;

    private const int LargestExponent = 300 * PerOctave;

    /// <summary>The step at a place of the grid.</summary>
    public static double Step(int place) => DeterministicMath.PowerOfTwo((double)place / PerOctave);

    /// <summary>The place that is nearest to a step.</summary>
    /// <param name="step">Above 0.</param>
    public static int Nearest(double step) => (int)Math.Clamp(Math.Round(PerOctave * Math.Log2(step)), -LargestExponent, LargestExponent);

    /// <summary>How far from the common place the step of a weight is: it goes with the inverse square root of the sensitivity.</summary>
    /// <param name="sensitivity">Above 0.</param>
    public static int Offset(double sensitivity) =>
        (int)Math.Clamp(Math.Round(-0.5 * SensitivityPerOctave * Math.Log2(sensitivity)) * (PerOctave / SensitivityPerOctave), -LargestExponent,
            LargestExponent);
}
