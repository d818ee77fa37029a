using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.Numerics;

namespace CompressTasks.Calibration;

/// <summary>
/// Which errors of its weight the outputs of a layer feel: the factorized second moments H = E[x xᵀ] of its inputs x. An error E of the weight is an
/// error of tr(Eᵀ H E) of the outputs.
/// </summary>
internal sealed class InputCovarianceFactor
{
    /// <summary>
    /// What is added to the diagonal, as a share of its mean: first this, then more until the factorization succeeds. Inputs that are always zero in
    /// the samples need not be so elsewhere.
    /// </summary>
    private const double FirstDamping = 0.02;

    /// <summary>Moments of few inputs know less than they seem to: the share grows with the directions that each of them has to stand for.</summary>
    private const double DampingPerDirection = 0.1;
    private const double DampingGrowth = 10;
    private const double MostDamping = 1e6;

    private readonly Func<RowCouplings> _couplings;

    private InputCovarianceFactor(Func<RowCouplings> couplings, int[] inputSteps, int[] groupSteps, double damping, bool isThin) =>
        (_couplings, InputSteps, GroupSteps, Damping, IsThin) = (couplings, inputSteps, groupSteps, damping, isThin);

    /// <summary>How much of an error of one input's weights those of later inputs make up for, in units of their steps. For one thread.</summary>
    public RowCouplings Couplings => _couplings();

    /// <summary>The steps of the inputs' rows, in thirds of an octave: errors that outputs feel less may be larger.</summary>
    public IReadOnlyList<int> InputSteps { get; }

    /// <summary>The same for each group of outputs.</summary>
    public IReadOnlyList<int> GroupSteps { get; }

    /// <summary>The share of its mean that was added to the diagonal.</summary>
    public double Damping { get; }

    /// <summary>Whether inputs come alone, one for each row that an index picks: their steps say how often.</summary>
    public bool ArePicks { get; private init; }

    /// <summary>Whether there were so few inputs that the damping had to make up for it: less than five for each direction.</summary>
    public bool IsThin { get; }

    /// <summary>Factorizes moments.</summary>
    /// <param name="moments">One for each group of outputs; they are used up.</param>
    /// <param name="leastDamping">The share of its mean to add to the diagonal at least.</param>
    /// <param name="file">Where couplings go; null for memory.</param>
    /// <param name="run">Does the work on several threads; null for the caller's own.</param>
    /// <returns>Null when the samples show no inputs other than zero, or inputs that are no numbers.</returns>
    public static InputCovarianceFactor? Create(IReadOnlyList<SecondMoments> moments, double leastDamping = 0, CouplingFile? file = null,
        PieceRunner? run = null)
    {
        var inputs = moments[0].Inputs;
        var matrices = moments.Select(moment => moment.TakeMatrices()).ToArray();
        var wishes = new double[moments.Count][];
        var used = 0.0;
        for (var group = 0; group < moments.Count; group++)
        {
            if (Factorize(matrices[group], moments[group], Math.Max(LeastDamping(moments[group]), leastDamping), run,
                out var damping) is not { } squares)
                return null;
            used = Math.Max(used, damping);
            wishes[group] = Array.ConvertAll(squares, MomentMatrices.StepOfEqualWeight);
        }

        // One number for each input and one for each group, the sums of which come next to the wishes.
        var groups = Array.ConvertAll(wishes, wish => wish.Average());
        var mean = groups.Average();
        var steps = Enumerable.Range(0, inputs)
            .Select(input => (int)Math.Round(wishes.Select((wish, group) => wish[input] - groups[group]).Average())).ToArray();
        foreach (var (index, matrix) in matrices.SelectMany(group => group.Index()))
            MomentMatrices.ScaleToSteps(matrix, steps.AsSpan(index * moments[0].RunLength, moments[0].LengthOf(index)));
        return new(Keep(inputs, moments[0].RunLength, matrices, file), steps, Array.ConvertAll(groups, group => (int)Math.Round(group - mean)),
            used, moments.Any(moment => ThinDamping(moment) > FirstDamping))
        {
            ArePicks = moments[0].RunLength == 1,
        };
    }

    private static Func<RowCouplings> Keep(int inputs, int runLength, double[][][] matrices, CouplingFile? file)
    {
        if (file is not null)
            return file.Add(inputs, runLength, matrices);
        var couplings = RowCouplings.Of(inputs, runLength, matrices);
        return () => couplings;
    }

    private static double LeastDamping(SecondMoments moments) => Math.Max(FirstDamping, ThinDamping(moments));

    private static double ThinDamping(SecondMoments moments) =>
        DampingPerDirection * Math.Min(moments.Inputs, moments.RunLength) / Math.Max(1, moments.Samples);

    /// <summary>Factorizes in place. Above their diagonals the matrices keep what they were, for another attempt.</summary>
    /// <returns>d² of every input; null when there is no factorization.</returns>
    private static double[]? Factorize(double[][] matrices, SecondMoments moments, double least, PieceRunner? run, out double damping)
    {
        var diagonals = matrices.Select((matrix, index) => MomentMatrices.Diagonal(matrix, moments.LengthOf(index)).ToArray()).ToArray();
        var mean = diagonals.SelectMany(diagonal => diagonal).Average();
        for (var index = 0; index < matrices.Length; index++)
            CopyToUpper(matrices[index], moments.LengthOf(index));
        for (damping = least; mean > 0 && double.IsFinite(mean) && damping < MostDamping; damping *= DampingGrowth)
        {
            var succeeds = true;
            for (var index = 0; index < matrices.Length && succeeds; index++)
            {
                var length = moments.LengthOf(index);
                if (damping > least)
                    CopyToLower(matrices[index], length);
                for (var i = 0; i < length; i++)
                    matrices[index][(i * length) + i] = diagonals[index][i] + (damping * mean);
                succeeds = UdutFactorization.TryFactorize(matrices[index], length, run);
            }

            if (succeeds)
                return [.. matrices.SelectMany((matrix, index) => MomentMatrices.Diagonal(matrix, moments.LengthOf(index)))];
        }

        return null;
    }

    private static void CopyToUpper(double[] matrix, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
                matrix[(j * n) + i] = matrix[(i * n) + j];
        }
    }

    private static void CopyToLower(double[] matrix, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
                matrix[(i * n) + j] = matrix[(j * n) + i];
        }
    }
}
