using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;

namespace CompressTasks.Calibration;

/// <summary>A model as its samples meet it: a graph without branches for each path that their runs take through it.</summary>
internal sealed class ModelPaths
{
    private readonly IReadOnlyList<ObservedModel> _models;

    /// <summary>A model without branches is one path.</summary>
    public ModelPaths(ObservedModel model) => _models = [model];

    /// <param name="models">One for each path.</param>
    public ModelPaths(IReadOnlyList<ObservedModel> models) => _models = models;

    /// <summary>The path of each run, by its place among <see cref="Models"/> or null for others; null when there is but one path.</summary>
    public IReadOnlyList<int?>? Runs { get; init; }

    /// <summary>What the first run of each path is fed; null when it is the first of the samples.</summary>
    public IReadOnlyList<IReadOnlyList<TensorValue>>? Examples { get; init; }

    /// <summary>What the initializers of the models are called that have a weight's values, by its path; null when they are called that.</summary>
    public IReadOnlyDictionary<string, string>? Names { get; init; }

    /// <summary>Weights in branches that no run takes, by path.</summary>
    public HashSet<string> Untaken { get; init; } = [];

    /// <summary>Opens the model with its branches.</summary>
    public Func<ModelRunner> OpenWhole { get; init; } = () => throw new InvalidOperationException("All runs are on the path of the model.");

    public IReadOnlyList<ObservedModel> Models => _models;

    /// <summary>The path of a run; null when it is none of those observed.</summary>
    public int? OfRun(long run) => Runs is null ? 0 : run < Runs.Count ? Runs[(int)run] : null;

    /// <summary>Finds how weights are used.</summary>
    /// <param name="weights">Paths and shapes.</param>
    /// <returns>By path; nothing of weights that are used otherwise than in linear layers on any path.</returns>
    public IReadOnlyDictionary<string, WeightUse> Uses(IEnumerable<(string Path, IReadOnlyList<long> Shape)> weights)
    {
        var named = weights.Select(weight => (weight.Path, Name: Names is null ? weight.Path : Names.GetValueOrDefault(weight.Path), weight.Shape))
            .Where(weight => weight.Name is not null).ToList();
        var found = _models.Select(model => (Uses: LinearUses.Find(
            model.Structure.Graph, named.Select(weight => (weight.Name!, weight.Shape)), entersBodies: Names is not null),
            Initializers: model.Structure.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal))).ToList();
        var uses = new Dictionary<string, WeightUse>(StringComparer.Ordinal);
        foreach (var (path, name, _) in named)
        {
            var onPaths = found.Select(model => model.Uses.GetValueOrDefault(name!)).ToList();
            var isLinear = found.Zip(onPaths)
                .All(model => model.Second is not null || (Names is not null && !model.First.Initializers.Contains(name!)));
            if (isLinear && onPaths.OfType<LinearUse>().DistinctBy(use => use.Layout).Count() == 1)
                uses[path] = new(onPaths);
        }

        return uses;
    }

    /// <summary>Whether runs on a path can show what a weight's layers meet there.</summary>
    public bool CanShow(int path, LinearUse? use) =>
        use is null || use.Inputs.All(input => input.Tensors.All(_models[path].Observable.Contains));

    /// <summary>Sessions with tensors as outputs, on each path those that it has.</summary>
    public PathSessions Show(IEnumerable<string> tensors)
    {
        List<string> all = [.. tensors];
        return new(this, path => _models[path].Show(all.Where(_models[path].Observable.Contains)));
    }

    /// <summary>The bytes of tensors in a run, on the first path that has them.</summary>
    public IReadOnlyDictionary<string, long> SizesOf(IReadOnlyList<string> tensors, ISampleSource samples, CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (path, model) in _models.Index())
        {
            List<string> own = [.. tensors.Where(tensor => model.Observable.Contains(tensor) && !sizes.ContainsKey(tensor))];
            if (own.Count == 0)
                continue;
            foreach (var (tensor, bytes) in model.SizesOn(Examples?[path] ?? First(samples), own, cancellationToken))
                sizes[tensor] = bytes;
        }

        return sizes;
    }

    private static List<TensorValue> First(ISampleSource samples)
    {
        var sequence = samples.Read(() => 1).First();
        return [.. sequence.Steps[0].Inputs, .. sequence.Initial];
    }
}
