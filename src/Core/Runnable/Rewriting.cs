using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Runnable.HalfPrecision;
using CompressTasks.Runnable.Patterns;
using CompressTasks.Spec;

namespace CompressTasks.Runnable;

/// <summary>A weight that becomes one of another type.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Constant">Its place in the main graph.</param>
/// <param name="Stage">What the spec says.</param>
/// <param name="Stored">What it is stored as; the tensors of another weight with the same values serve for both.</param>
/// <param name="Uses">The layers, and the nodes between.</param>
/// <param name="Patterns">One for each layer; none for float16.</param>
/// <param name="Behind">What is behind the layer that it does itself; null for nothing.</param>
internal sealed record RewrittenWeight(OnnxWeight Weight, ConstantPlace Constant, StageSpec Stage, StoredWeight Stored, WeightUses? Uses,
    IReadOnlyList<ILayerPattern> Patterns, ChannelAffine? Behind = null)
{
    /// <summary>Whether its tensors are another weight's.</summary>
    public bool IsShared => Stored.Name != Weight.Path;

    /// <summary>As reports say what became of it.</summary>
    public string Description => Stored.Store switch
    {
        WeightStore.Float16 => "float16",
        WeightStore.Blocks blocks => FormattableString.Invariant($"{blocks.Bits} bits, blocks of {blocks.Length}, {Operators}"),
        WeightStore.PerChannel channels => FormattableString.Invariant($"{channels.Bits} bits per channel, {Operators}"),
        _ => throw new InvalidOperationException($"{Stored.Store.GetType().Name} has no description."),
    };

    /// <summary>Weights that must become integers with it.</summary>
    public IEnumerable<string> Partners =>
        Patterns.Index().Where(pattern => pattern.Item is DynamicLstm).Select(pattern => DynamicLstm.Partner(Uses!.Layers[pattern.Index]));

    private string Operators => string.Join(" and ", Patterns.Select(pattern => pattern.Name).Distinct());
}

/// <summary>A weight that a rule would make one of another type, and that no pattern fits.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Reason">Why.</param>
internal sealed record LeftWeight(OnnxWeight Weight, string Reason);

/// <summary>What is to be done with the weights of a model whose rules rewrite the graph.</summary>
/// <param name="Weights">Those that become others, in the model's order.</param>
/// <param name="Left">Those that no pattern fits.</param>
internal sealed record Rewriting(IReadOnlyList<RewrittenWeight> Weights, IReadOnlyList<LeftWeight> Left)
{
    /// <summary>Layers that do what nodes behind them did, by their indices.</summary>
    public IEnumerable<(int Layer, ChannelAffine Behind)> Folded =>
        Weights.Where(weight => weight.Behind is not null).Select(weight => (weight.Uses!.Layers[0].Index, weight.Behind!));

    /// <summary>What the whole graph in float16 is; null where only weights are.</summary>
    public HalfGraph? Half { get; init; }

    private const double LargestFloat16 = 65504;

    /// <summary>From this version on a Cast names its type by number.</summary>
    private const int FirstCast = 6;

    /// <summary>Decides for every weight.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="stageFor">The stage of a weight's rule that rewrites the graph; null for none.</param>
    public static Rewriting Decide(OnnxModel model, GraphIndex graph, Func<OnnxWeight, StageSpec?> stageFor)
    {
        var (weights, left) = (new List<RewrittenWeight>(), new List<LeftWeight>());
        foreach (var weight in model.Weights)
        {
            if (!weight.IsFloatingPoint || weight.IsSparse || stageFor(weight) is not { } stage)
                continue;
            var (decided, reason) = Decide(model, graph, weight, stage);
            if (decided is null)
                left.Add(new(weight, reason!));
            else
                weights.Add(decided.Behind is null && model.SharedWith(weight) is { } first
                    && weights.Find(other => other.Weight == first) is { Behind: null } same && same.Stored.Store == decided.Stored.Store
                        ? decided with { Stored = same.Stored } : decided);
        }

        // An LSTM has both of its weights as integers, or none.
        foreach (var lonely in weights.Where(weight => !weight.Partners.All(partner => weights.Exists(other => other.Weight.Path == partner))).ToList())
        {
            weights.Remove(lonely);
            left.Add(new(lonely.Weight, "the other weight of the LSTM stays in float"));
        }

        var folded = new Rewriting(weights, left).Folded.SelectMany(pair => pair.Behind.Constants).ToHashSet(StringComparer.Ordinal);
        return new([.. weights.Where(weight => !folded.Contains(weight.Weight.Path))], [.. left.Where(one => !folded.Contains(one.Weight.Path))]);
    }

    private static (RewrittenWeight? Weight, string? Reason) Decide(OnnxModel model, GraphIndex graph, OnnxWeight weight, StageSpec stage)
    {
        if (Elsewhere(graph, weight) is { } elsewhere)
            return (null, elsewhere);
        var constant = graph.ConstantOf(weight.Path)!;
        if (stage is IntegerSpec options)
            return Decide(model, graph, weight, constant, options);
        var store = new WeightStore.Float16();
        var reason = graph.Opset < FirstCast ? $"opset {graph.Opset} is too old; export the model with a later one"
            : Unstorable(model, weight, LargestFloat16) ?? Taken(graph, weight, store);
        return reason is not null ? (null, reason) : (new(weight, constant, stage, new(weight.Path, weight.Shape, store), Uses: null, []), null);
    }

    private static (RewrittenWeight? Weight, string? Reason) Decide(OnnxModel model, GraphIndex graph, OnnxWeight weight, ConstantPlace constant,
        IntegerSpec options)
    {
        if (WeightUses.Find(graph, weight.Path) is not { } uses)
            return (null, "it is an output of the model, or used in a branch or loop");
        if (uses.Layers.Count == 0)
            return (null, "nothing uses it");

        // Rows that are looked up are not stored in blocks: what else uses the weight goes along.
        if (options.Activations == ActivationQuantization.None && uses.Layers.Any(use => use.Node.OpType == "Gather"))
            options = options with { Activations = ActivationQuantization.Dynamic, Bits = 8 };
        var patterns = new List<ILayerPattern>();
        foreach (var use in uses.Layers)
        {
            if (LayerPatterns.For(use, options) is not { } pattern)
                return (null, use.Node.OpType == "Conv" ? "a Conv needs activations: static" : $"it is used by {use.Node.OpType}");
            if (pattern.Hindrance(use, weight.Shape, graph) is { } hindrance)
                return (null, hindrance);
            patterns.Add(pattern);
        }

        var stores = uses.Layers.Zip(patterns, (use, pattern) => pattern.Store(use, weight.Shape, options)).Distinct().ToList();
        if (Common(stores) is not { } store)
            return (null, "it is used as two different matrices");
        return (Unstorable(model, weight, double.MaxValue) ?? Taken(graph, weight, store)) is { } reason ? (null, reason)
            : (new(weight, constant, options, new(weight.Path, weight.Shape, store), uses, patterns,
                Behind(model, graph, weight, uses, store)), null);
    }

    /// <summary>What the one convolution with a weight does itself of what is behind it.</summary>
    public static ChannelAffine? Behind(OnnxModel model, GraphIndex graph, OnnxWeight weight, WeightUses uses, WeightStore store) =>
        uses.Layers is [{ Node: var layer }] && layer.StandardOperator() == "Conv" && store is WeightStore.PerChannel { Layout: var layout }
            ? ChannelAffine.Behind(model, graph, layer, layout.Channels, weight.Shape.Count) : null;

    /// <summary>Of the same channels, the scales of rows that are looked up are a column.</summary>
    private static WeightStore? Common(List<WeightStore> stores)
    {
        if (stores.Count == 1)
            return stores[0];
        var perChannel = stores.OfType<WeightStore.PerChannel>().OrderByDescending(store => store.ScaleShape.Lengths.Length).ToList();
        return perChannel.Count == stores.Count && perChannel.All(store => store.Layout == perChannel[0].Layout) ? perChannel[0] : null;
    }

    private static string? Unstorable(OnnxModel model, OnnxWeight weight, double largest)
    {
        var values = new double[weight.Elements];
        model.ReadValues(weight, values);
        return Array.TrueForAll(values, double.IsFinite) ? Array.TrueForAll(values, value => Math.Abs(value) <= largest) ? null
            : "it has values that float16 has not" : "it has values that are not finite";
    }

    /// <summary>Why a weight is no float32 constant of the main graph; null when it is one.</summary>
    public static string? Elsewhere(GraphIndex graph, OnnxWeight weight) =>
        graph.ConstantOf(weight.Path) is null || !weight.CanExcise
            ? graph.Graph.Input.Any(input => input.Name == weight.Path) ? "a caller may give another in its place"
                : "it is no constant of the main graph"
            : weight.ElementType != ElementType.Float ? $"its type is {weight.ElementType.SpecName()}, not float32" : null;

    /// <summary>Why the tensors of a weight cannot have their names; null when they can.</summary>
    public static string? Taken(GraphIndex graph, OnnxWeight weight, WeightStore store) =>
        store.NamesFor(weight.Path).FirstOrDefault(graph.HasName) is { } taken ? $"there is another '{taken}'" : null;
}
