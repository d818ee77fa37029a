using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Calibration;

/// <summary>Square matrices of second moments, row-major, and the steps that their factors ask for.</summary>
internal static class MomentMatrices
{
    private const int StepsPerOctave = 3;

    public static IEnumerable<double> Diagonal(double[] matrix, int length) => Enumerable.Range(0, length).Select(i => matrix[(i * length) + i]);

    /// <summary>The step of a row or column, in thirds of an octave, at which all errors have equal weight: 1/d.</summary>
    /// <param name="square">d².</param>
    public static double StepOfEqualWeight(double square) => 0.5 * StepsPerOctave * Information.Bits(square);

    /// <summary>Brings couplings, below the diagonal, into units of the steps of what they couple.</summary>
    public static void ScaleToSteps(double[] matrix, ReadOnlySpan<int> steps)
    {
        for (var later = 0; later < steps.Length; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
                matrix[(later * steps.Length) + earlier] *= ThirdOctave.Value(steps[earlier] - steps[later]);
        }
    }
}
