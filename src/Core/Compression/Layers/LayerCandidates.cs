using CompressTasks.Onnx;
using CompressTasks.Runnable;
using CompressTasks.Runnable.HalfPrecision;
using CompressTasks.Runnable.Patterns;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Layers;

/// <summary>The weights that a search decides about together: one, equal ones that are stored once, or both of an LSTM.</summary>
/// <param name="Weights">In the model's order.</param>
/// <param name="Kind">Operators and shape: layers of one kind take the same time.</param>
/// <param name="Bytes">What each form takes that the layer may have, float32 included.</param>
internal sealed record SearchedLayer(IReadOnlyList<OnnxWeight> Weights, string Kind, IReadOnlyDictionary<LayerForm, long> Bytes)
{
    public string Path => Weights[0].Path;

    public long Elements => Weights[0].Elements;

    public bool Has(LayerForm form) => Bytes.ContainsKey(form);
}

/// <summary>What the weights of a model may become, as its rules say.</summary>
internal sealed class LayerCandidates
{
    private readonly OnnxModel _model;
    private readonly GraphIndex _graph;
    private readonly IReadOnlyDictionary<OnnxWeight, StageSpec> _stages;
    private readonly HashSet<OnnxWeight> _static = [];

    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="stages">The stage that rewrites the graph, of each weight that has one.</param>
    public LayerCandidates(OnnxModel model, GraphIndex graph, IReadOnlyDictionary<OnnxWeight, StageSpec> stages)
    {
        (_model, _graph, _stages) = (model, graph, stages);
        Search = stages.Values.OfType<IntegerSpec>().FirstOrDefault(stage => stage.Search is not null);
        if (Search is null)
            return;
        var dynamic = Decide(weight => IsSearched(weight) ? Stage(weight, LayerForm.Integer8) : null);
        _static.UnionWith(dynamic.Left.Select(left => left.Weight));
        Layers = Find();
    }

    /// <summary>The stage that makes the whole graph one of float16; null for none.</summary>
    public Float16Spec? Graph { get; init; }

    /// <summary>What the search is about; null when there is none.</summary>
    public IntegerSpec? Search { get; }

    /// <summary>The first stage for which layers must be measured; null when there is none.</summary>
    public IntegerSpec? Measured => _stages.Values.OfType<IntegerSpec>().FirstOrDefault(stage => stage.IsMeasured);

    /// <summary>The weights that are rounded against the inputs of their layers: those whose stage names samples.</summary>
    public IReadOnlyList<OnnxWeight> Calibrated => [.. _stages.Where(pair => pair.Value is IntegerSpec { Calibration: not null }).Select(pair => pair.Key)];

    /// <summary>The layers that a search decides about, in the model's order.</summary>
    public IReadOnlyList<SearchedLayer> Layers { get; } = [];

    /// <summary>
    /// As the rules say, all layers of a search with 8 bits, and ranges of tokens where it may have them: what one range for all loses would hide how
    /// weights are rounded best.
    /// </summary>
    public Rewriting Usual => With(layer => layer.Has(LayerForm.Integer8PerToken) ? LayerForm.Integer8PerToken
        : layer.Has(LayerForm.Integer8) ? LayerForm.Integer8 : LayerForm.Float32);

    /// <summary>As the rules say, and what a search says.</summary>
    public Rewriting With(Func<SearchedLayer, LayerForm> formOf)
    {
        var forms = Layers.SelectMany(layer => layer.Weights.Select(weight => (weight, formOf(layer)))).ToDictionary();
        return Decide(weight => !IsSearched(weight) ? _stages.GetValueOrDefault(weight)
            : forms.TryGetValue(weight, out var form) ? Stage(weight, form) : Stage(weight, LayerForm.Integer8));
    }

    /// <summary>What a layer is that becomes no integers: float16 takes the time of float32, and half of the bytes.</summary>
    public static LayerForm Rest(SearchedLayer layer) => layer.Has(LayerForm.Float16) ? LayerForm.Float16 : LayerForm.Float32;

    /// <summary>Nothing else than a layer.</summary>
    public Rewriting Alone(SearchedLayer layer, LayerForm form) =>
        Decide(weight => layer.Weights.Contains(weight) ? Stage(weight, form) : null);

    private Rewriting Decide(Func<OnnxWeight, StageSpec?> stageOf) => Graph is { } stage
        ? HalfGraph.Decide(_model, _graph, stage, weight => stageOf(weight) is not null) : Rewriting.Decide(_model, _graph, stageOf);

    private bool IsSearched(OnnxWeight weight) => _stages.GetValueOrDefault(weight) is IntegerSpec { Search: not null };

    /// <summary>8 bits with ranges that each run measures where that fits, else with ranges that were measured before.</summary>
    private StageSpec? Stage(OnnxWeight weight, LayerForm form)
    {
        var stage = (IntegerSpec)_stages[weight] with { Search = null };
        return form switch
        {
            LayerForm.Float32 => null,
            LayerForm.Float16 => new Float16Spec(stage.At),
            LayerForm.Integer8PerToken => stage with { Activations = ActivationQuantization.PerToken },
            LayerForm.Integer8Residual => stage with { Activations = ActivationQuantization.Residual },
            LayerForm.Integer4 => stage with { Bits = 4, Activations = ActivationQuantization.None },
            _ => stage with { Activations = _static.Contains(weight) ? ActivationQuantization.Static : ActivationQuantization.Dynamic },
        };
    }

    private IReadOnlyList<SearchedLayer> Find()
    {
        var forms = new[] { LayerForm.Integer8, LayerForm.Integer8PerToken, LayerForm.Integer8Residual, LayerForm.Integer4, LayerForm.Float16 }.ToDictionary(
            form => form,
            form => Decide(weight => IsSearched(weight) ? Stage(weight, form) : null).Weights.ToDictionary(weight => weight.Weight));
        return
        [
            .. _model.Weights.Where(IsSearched).GroupBy(Leader)
                .Select(group => Layer([.. group]))
                .Where(layer => layer.Has(LayerForm.Integer8) || layer.Has(LayerForm.Integer4)
                    || (Search!.Search!.Prefer == LayerPreference.Size && layer.Has(LayerForm.Float16))),
        ];

        SearchedLayer Layer(IReadOnlyList<OnnxWeight> weights)
        {
            List<OnnxWeight> stored = [.. weights.DistinctBy(First)];
            var bytes = new Dictionary<LayerForm, long> { [LayerForm.Float32] = stored.Sum(weight => weight.PayloadBytes) };
            foreach (var (form, decided) in forms)
            {
                // Rows that are looked up have 8 bits where others have 4.
                if (weights.All(decided.ContainsKey)
                    && (form is not (LayerForm.Integer8PerToken or LayerForm.Integer8Residual)
                        || stored.TrueForAll(weight => decided[weight].Patterns.All(pattern => pattern is DynamicMatMul)))
                    && (form != LayerForm.Integer4 || stored.TrueForAll(weight => decided[weight].Stored.Store is WeightStore.Blocks)))
                    bytes[form] = stored.Sum(weight => Bytes(decided[weight]));
            }

            var uses = WeightUses.Find(_graph, weights[0].Path)?.Layers ?? [];
            return new(weights, $"{string.Join('+', uses.Select(use => use.Node.OpType))} {string.Join('×', weights[0].Shape)}", bytes);
        }
    }

    private OnnxWeight First(OnnxWeight weight) => _model.SharedWith(weight) ?? weight;

    /// <summary>The first of the weights that a weight goes together with.</summary>
    private OnnxWeight Leader(OnnxWeight weight)
    {
        var partner = WeightUses.Find(_graph, weight.Path)?.Layers.Where(DynamicLstm.IsRecurrence).Select(DynamicLstm.Partner).FirstOrDefault();
        return First(_model.Weights.FirstOrDefault(other => other.Path == partner && IsSearched(other)) ?? weight);
    }

    private static long Bytes(RewrittenWeight weight) => weight.Stored.Store switch
    {
        WeightStore.PerChannel store => weight.Weight.Elements + (sizeof(float) * (long)store.Layout.Channels),
        WeightStore.Blocks store => (long)store.N * store.BlocksOfOutput * (store.BlockBytes + sizeof(float)),
        _ => 2 * weight.Weight.Elements,
    };
}
