using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.Numerics;

namespace CompressTasks.Calibration;

/// <summary>
/// Which errors of a layer's outputs the model's outputs feel: the factorized second moments G = E[g gᵀ] of the gradients g of random sums of the
/// model's outputs. With H = E[x xᵀ] of the layer's inputs, an error E of the weight is an error of about tr(Eᵀ H E G) of the model's outputs.
/// </summary>
internal sealed class OutputGradientFactor
{
    private readonly Func<ColumnCouplings> _couplings;

    private OutputGradientFactor(Func<ColumnCouplings> couplings, int[] steps) => (_couplings, Steps) = (couplings, steps);

    /// <summary>How much of what one output's weights leave those of later outputs make up for, in units of their steps.</summary>
    public ColumnCouplings Couplings => _couplings();

    /// <summary>The steps of the outputs' columns, in thirds of an octave.</summary>
    public IReadOnlyList<int> Steps { get; }

    /// <summary>Factorizes moments.</summary>
    /// <param name="moments">Of a number for each output; they are used up.</param>
    /// <param name="damping">What is added to the diagonal, as a share of its mean.</param>
    /// <param name="file">Where couplings go; null for memory.</param>
    /// <param name="run">Does the work on several threads; null for the caller's own.</param>
    /// <returns>Null when no gradient was other than zero, or the moments are no numbers.</returns>
    public static OutputGradientFactor? Create(SecondMoments moments, double damping, CouplingFile? file = null, PieceRunner? run = null)
    {
        var matrices = moments.TakeMatrices();
        var mean = matrices.SelectMany((matrix, index) => MomentMatrices.Diagonal(matrix, moments.LengthOf(index))).Average();
        if (!(mean > 0) || !double.IsFinite(mean))
            return null;
        var squares = new List<double>(moments.Inputs);
        foreach (var (index, matrix) in matrices.Index())
        {
            var length = moments.LengthOf(index);
            for (var i = 0; i < length; i++)
                matrix[(i * length) + i] += damping * mean;
            if (!UdutFactorization.TryFactorize(matrix, length, run))
                return null;
            squares.AddRange(MomentMatrices.Diagonal(matrix, length));
        }

        var wishes = squares.ConvertAll(MomentMatrices.StepOfEqualWeight);
        var usual = wishes.Average();
        int[] steps = [.. wishes.Select(wish => (int)Math.Round(wish - usual))];
        foreach (var (index, matrix) in matrices.Index())
            MomentMatrices.ScaleToSteps(matrix, steps.AsSpan(index * moments.RunLength, moments.LengthOf(index)));
        return new(Keep(moments.Inputs, moments.RunLength, matrices, file), steps);
    }

    /// <summary>What it returns knows the couplings alone, and none of the matrices that they were made of.</summary>
    private static Func<ColumnCouplings> Keep(int outputs, int runLength, double[][] matrices, CouplingFile? file)
    {
        if (file is null)
        {
            var couplings = new ColumnCouplings(outputs, runLength, matrices);
            return () => couplings;
        }

        var read = file.Add(matrices);
        return () => new(outputs, runLength, read());
    }
}
