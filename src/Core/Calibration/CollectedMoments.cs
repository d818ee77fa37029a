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
    /// <summary>Nothing was measured.</summary>
    public static CollectedMoments None { get; } = new(new Dictionary<string, CalibratedWeight>(), "");

    /// <summary>The moments themselves, of weights that share them, to be factorized with other dampings; nothing when they were not kept.</summary>
    public IReadOnlyList<KeptMoments> Kept { get; init; } = [];

    /// <summary>Factorizes the moments of inputs again, and those of outputs with them.</summary>
    /// <param name="ofOutputs">Moments of the gradients of the weights' layers' outputs, by weight.</param>
    /// <param name="damping">What is added to the diagonals.</param>
    public CollectedMoments TwoSided(
        IReadOnlyDictionary<string, PackedMoments> ofOutputs, TwoSidedDamping damping, int threads, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        var inputs = new InputCovarianceFactor?[Kept.Count];
        Parallel.For(0, inputs.Length, options,
            index => inputs[index] = InputCovarianceFactor.Create([.. Kept[index].Inputs.Select(moments => moments.Unpack())],
                Math.Max(damping.Inputs, Kept[index].LeastDamping)));
        var weights = Kept.Zip(inputs)
            .SelectMany(pair => pair.First.Weights.Select(weight => (weight.Path, weight.Layout, Inputs: pair.Second))).ToList();
        var found = new CalibratedWeight?[weights.Count];
        Parallel.For(0, found.Length, options, index =>
        {
            var (path, layout, factor) = weights[index];
            var outputs = ofOutputs.TryGetValue(path, out var moments) ? OutputGradientFactor.Create(moments.Unpack(), damping.Outputs) : null;
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
