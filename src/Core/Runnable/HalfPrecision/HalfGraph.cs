using CompressTasks.Artifacts;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;

namespace CompressTasks.Runnable.HalfPrecision;

/// <summary>Makes a main graph compute in float16. Names and types of its inputs and outputs stay as they are.</summary>
internal sealed class HalfGraph
{
    /// <summary>From this version on a Cast names its type by number.</summary>
    private const int FirstCast = 6;

    private readonly HalfPlan _plan;
    private readonly IReadOnlyList<RewrittenWeight> _weights;

    private HalfGraph(HalfPlan plan, IReadOnlyList<RewrittenWeight> weights) => (_plan, _weights) = (plan, weights);

    /// <summary>The nodes that stay in float32.</summary>
    public IReadOnlyList<Float32Operator> InFloat32 => _plan.InFloat32;

    /// <summary>Decides for every node and every weight.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="stage">What the spec says.</param>
    /// <param name="isCovered">Whether the rule takes a weight; others become float16 where nodes in float16 use them.</param>
    public static Rewriting Decide(OnnxModel model, GraphIndex graph, Float16Spec stage, Func<OnnxWeight, bool> isCovered)
    {
        var floats = model.Weights.Where(weight => weight is { IsFloatingPoint: true, IsSparse: false }).ToList();
        if (graph.Opset < FirstCast)
            return new([], [.. floats.Where(isCovered).Select(weight =>
                new LeftWeight(weight, $"opset {graph.Opset} is too old; export the model with a later one"))]);
        var ranges = floats.Where(weight => weight.ElementType == ElementType.Float && weight.CanExcise && graph.ConstantOf(weight.Path) is not null)
            .ToDictionary(weight => weight, weight => RangeOf(model, weight));
        var plan = new HalfPlan(graph, ranges.ToDictionary(
            pair => pair.Key.Path, pair => new HalfConstant(pair.Key.Elements, pair.Value), StringComparer.Ordinal), stage.Except);
        var (weights, left) = (new List<RewrittenWeight>(), new List<LeftWeight>());
        foreach (var weight in floats)
        {
            var store = new WeightStore.Float16();
            var reason = ranges.TryGetValue(weight, out var range) ? range.Reason() ?? Rewriting.Taken(graph, weight, store)
                : isCovered(weight) ? Rewriting.Elsewhere(graph, weight) : null;
            if (reason is not null)
                left.Add(new(weight, reason));
            else if (range != HalfRange.Uniform && ranges.ContainsKey(weight)
                && (plan.IsUsedAsHalf(weight.Path) || (isCovered(weight) && weight.Elements > HalfPlan.FewValues)))
            {
                var same = model.SharedWith(weight) is { } first ? weights.Find(other => other.Weight == first) : null;
                var stored = same?.Stored ?? new(weight.Path, weight.Shape, store);
                weights.Add(new(weight, graph.ConstantOf(weight.Path)!, stage, stored, Uses: null, []));
            }
        }

        return new(weights, left) { Half = new(plan, weights) };
    }

    /// <summary>Puts the nodes into float16, and a Cast wherever a tensor is asked for in the other type.</summary>
    public void Rewrite(GraphEdits edits)
    {
        var graph = edits.Graph;
        var names = _weights.ToDictionary(weight => weight.Weight.Path, weight => StandIn.Float16Name(weight.Stored.Name), StringComparer.Ordinal);
        var (half, asked) = (names.Keys.ToHashSet(StringComparer.Ordinal), new List<string>());
        foreach (var weight in _weights.Where(weight => _plan.IsUsedAsFloat32(weight.Weight.Path)))
            edits.AddFirst(Cast(names[weight.Weight.Path], weight.Weight.Path, ElementType.Float));
        foreach (var (index, node) in graph.Graph.Node.Index())
        {
            foreach (var input in Enumerable.Range(0, node.Input.Count).Where(input => _plan.TakesHalf(node, index, input)))
            {
                edits.Change(index).Input[input] = HalfName(node.Input[input]);
                asked.Add(node.Input[input]);
            }

            foreach (var output in Enumerable.Range(0, node.Output.Count).Where(output => _plan.GivesHalf(node, index, output)))
            {
                var name = node.Output[output];
                edits.Change(index).Output[output] = HalfName(name);
                half.Add(name);
                if (_plan.IsUsedAsFloat32(name))
                    edits.AddBehind(name, Cast(HalfName(name), name, ElementType.Float));
            }
        }

        foreach (var name in asked.Where(name => !half.Contains(name)).Distinct())
            edits.AddBehind(name, Cast(name, HalfName(name), ElementType.Float16));
        foreach (var (index, value) in graph.Graph.ValueInfo.Index().Where(pair => names.ContainsKey(pair.Item.Name)))
        {
            (string, ElementType)[] forms = [(value.Name, ElementType.Float), (names[value.Name], ElementType.Float16)];
            edits.Describe(index, half.Contains(value.Name) && !_plan.IsUsedAsFloat32(value.Name) ? forms[1..] : forms);
        }

        string HalfName(string name)
        {
            if (!names.TryGetValue(name, out var known))
                names[name] = known = edits.Unique(StandIn.Float16Name(name));
            return known;
        }
    }

    private static NodeProto Cast(string from, string to, ElementType type) => GraphEdits.Node("Cast", [from], [to], ("to", (long)type));

    private static HalfRange RangeOf(OnnxModel model, OnnxWeight weight)
    {
        var values = new double[weight.Elements];
        model.ReadValues(weight, values);
        return HalfRanges.Of(values);
    }
}
