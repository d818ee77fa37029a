using CompressTasks.Memory;
using CompressTasks.Numerics;
using CompressTasks.Threading;
using CompressTasks.WeightCoding;

namespace CompressTasks.Calibration;

/// <summary>What samples have shown of a model's layers.</summary>
/// <param name="Weights">The weights whose layers' inputs could be seen, by path.</param>
/// <param name="Sha256">
/// Lower-case hexadecimal SHA-256 over that of the moments of each kind of input, and over that and those of gradients where there are such; equal
/// moments make equal artifacts.
/// </param>
internal sealed record CollectedMoments(IReadOnlyDictionary<string, CalibratedWeight> Weights, string Sha256)
{
    /// <summary>What a factorization leaves behind: the matrix, and what was written of it.</summary>
    private const int CopiesOfFactorizing = 2;

    /// <summary>Weights that there was no time for.</summary>
    public IReadOnlyList<string> Late { get; init; } = [];

    /// <summary>Nothing was measured.</summary>
    public static CollectedMoments None { get; } = new(new Dictionary<string, CalibratedWeight>(), "");

    /// <summary>The moments themselves, of weights that share them, to be factorized with other dampings; nothing when they were not kept.</summary>
    public IReadOnlyList<KeptMoments> Kept { get; init; } = [];

    /// <summary>Factorizes the moments of inputs again, and those of outputs with them.</summary>
    /// <param name="ofOutputs">Moments of the gradients of the weights' layers' outputs, by weight.</param>
    /// <param name="damping">What is added to the diagonals.</param>
    /// <param name="threads">At least 1; the result does not depend on it.</param>
    /// <param name="cancellationToken">Stops between weights.</param>
    public CollectedMoments TwoSided(
        IReadOnlyDictionary<string, PackedMoments> ofOutputs, TwoSidedDamping damping, int threads, CancellationToken cancellationToken)
    {
        // What does not fit into memory is taken one by one.
        var isInMemory = Kept.SelectMany(kept => kept.Inputs).Concat(ofOutputs.Values).All(moments => moments.File is null);
        var pool = new WorkerPool(threads);
        PieceRunner? within = isInMemory ? null : pool.Run;
        var options = new ParallelOptions { MaxDegreeOfParallelism = isInMemory ? threads : 1, CancellationToken = cancellationToken };
        var garbage = new MemoryPressure(long.MaxValue);
        var inputs = new InputCovarianceFactor?[Kept.Count];
        Parallel.For(0, inputs.Length, options, index =>
        {
            inputs[index] = InputCovarianceFactor.Create([.. Kept[index].Inputs.Select(moments => moments.Unpack())],
                Math.Max(damping.Inputs, Kept[index].LeastDamping), Kept[index].Inputs[0].File, within);
            garbage.Add(Kept[index].Inputs.Sum(moments => CopiesOfFactorizing * moments.Bytes));
        });
        var weights = Kept.Zip(inputs)
            .SelectMany(pair => pair.First.Weights.Select(weight => (weight.Path, weight.Layout, Inputs: pair.Second))).ToList();
        var found = new CalibratedWeight?[weights.Count];
        Parallel.For(0, found.Length, options, index =>
        {
            var (path, layout, factor) = weights[index];
            var outputs = ofOutputs.TryGetValue(path, out var moments)
                ? OutputGradientFactor.Create(moments.Unpack(), damping.Outputs, moments.File, within) : null;
            garbage.Add(CopiesOfFactorizing * (moments?.Bytes ?? 0));
            found[index] = factor is null ? null : new(layout, factor, outputs);
        });
        return this with
        {
            Weights = weights.Zip(found).Where(pair => pair.Second is not null)
                .ToDictionary(pair => pair.First.Path, pair => pair.Second!, StringComparer.Ordinal),
        };
    }
}

/// <summary>Moments of inputs that weights share.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Inputs">One for each group of outputs.</param>
/// <param name="LeastDamping">What is added to the diagonal at least, as a share of its mean.</param>
internal sealed record KeptMoments(
    IReadOnlyList<(string Path, LinearLayout Layout)> Weights, IReadOnlyList<PackedMoments> Inputs, double LeastDamping);

/// <summary>What is added to the diagonals of moments, as shares of their means.</summary>
/// <param name="Inputs">Of a layer's inputs, at least.</param>
/// <param name="Outputs">Of the gradients of its outputs.</param>
internal readonly record struct TwoSidedDamping(double Inputs, double Outputs);
