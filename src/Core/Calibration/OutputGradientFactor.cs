using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Calibration;

/// <summary>
/// Which errors of a layer's outputs the model's outputs feel: the factorized second moments G = E[g gᵀ] of the gradients g of random sums of the
/// model's outputs. With H = E[x xᵀ] of the layer's inputs, an error E of the weight is an error of about tr(Eᵀ H E G) of the model's outputs.
/// </summary>
internal sealed class OutputGradientFactor
{
    private const int StepsPerOctave = 3;

    private OutputGradientFactor(ColumnCouplings couplings, int[] steps) => (Couplings, Steps) = (couplings, steps);

    /// <summary>How much of what one output's weights leave those of later outputs make up for, in units of their steps.</summary>
    public ColumnCouplings Couplings { get; }

    /// <summary>The steps of the outputs' columns, in thirds of an octave.</summary>
    public IReadOnlyList<int> Steps { get; }

    /// <summary>Factorizes moments.</summary>
    /// <param name="moments">Of a number for each output; they are used up.</param>
    /// <param name="damping">What is added to the diagonal, as a share of its mean.</param>
    /// <returns>Null when no gradient was other than zero, or the moments are no numbers.</returns>
    public static OutputGradientFactor? Create(SecondMoments moments, double damping)
    {
        var matrices = moments.Finish();
        var mean = matrices.SelectMany((matrix, run) => Diagonal(matrix, moments.LengthOf(run))).Average();
        if (!(mean > 0) || !double.IsFinite(mean))
            return null;
        var squares = new List<double>(moments.Inputs);
        foreach (var (run, matrix) in matrices.Index())
        {
            var length = moments.LengthOf(run);
            for (var i = 0; i < length; i++)
                matrix[(i * length) + i] += damping * mean;
            if (!UdutFactorization.TryFactorize(matrix, length))
                return null;
            squares.AddRange(Diagonal(matrix, length));
        }

        // Errors of equal weight: a step of 1/d.
        var wishes = squares.ConvertAll(square => 0.5 * StepsPerOctave * Information.Bits(square));
        var usual = wishes.Average();
        int[] steps = [.. wishes.Select(wish => (int)Math.Round(wish - usual))];
        foreach (var (run, matrix) in matrices.Index())
            Scale(matrix, steps.AsSpan(run * moments.RunLength, moments.LengthOf(run)));
        return new(new ColumnCouplings(moments.Inputs, moments.RunLength, matrices), steps);
    }

    private static IEnumerable<double> Diagonal(double[] matrix, int length) => Enumerable.Range(0, length).Select(i => matrix[(i * length) + i]);

    /// <summary>Couplings between columns in units of their own steps.</summary>
    private static void Scale(double[] matrix, ReadOnlySpan<int> steps)
    {
        for (var later = 0; later < steps.Length; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
                matrix[(later * steps.Length) + earlier] *= ThirdOctave.Value(steps[earlier] - steps[later]);
        }
    }
}
