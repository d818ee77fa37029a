using System.Buffers.Binary;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;

namespace CompressTasks.Runnable.HalfPrecision;

/// <summary>A float32 constant of a main graph.</summary>
/// <param name="Elements">How many values.</param>
/// <param name="Range">How they fit into float16.</param>
internal readonly record struct HalfConstant(long Elements, HalfRange Range);

/// <summary>Nodes that stay in float32.</summary>
/// <param name="Operator">Their operator.</param>
/// <param name="Nodes">How many there are.</param>
/// <param name="Reason">Why.</param>
internal sealed record Float32Operator(string Operator, int Nodes, string Reason);

/// <summary>Which nodes of a main graph compute in float16, and which in float32.</summary>
internal sealed class HalfPlan
{
    /// <summary>Constants with more values are weights of layers, not parameters of positions or masks.</summary>
    public const int FewValues = 1024;

    private readonly GraphIndex _graph;
    private readonly ElementTypes _types;
    private readonly IReadOnlyDictionary<string, HalfConstant> _constants;
    private readonly IReadOnlyList<WeightGlob> _except;

    /// <summary>Null for nodes that compute in float16, empty where float32 needs no reason.</summary>
    private readonly string?[] _reasons;

    /// <summary>Tensors that are made of small constants alone, and those that are made of integers and such ones.</summary>
    private readonly HashSet<string> _few = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ofIntegers = new(StringComparer.Ordinal);

    /// <summary>Tensors that may have values which float16 has not, as their constants do.</summary>
    private readonly Dictionary<string, HalfRange> _ranges = new(StringComparer.Ordinal);

    /// <param name="graph">The graph.</param>
    /// <param name="constants">Those of float32, by name.</param>
    /// <param name="except">Operators, and names of nodes, that are to stay in float32.</param>
    public HalfPlan(GraphIndex graph, IReadOnlyDictionary<string, HalfConstant> constants, IReadOnlyList<WeightGlob> except)
    {
        (_graph, _constants, _except, _types) = (graph, constants, except, new(graph));
        _reasons = new string?[graph.Graph.Node.Count];
        foreach (var (name, constant) in constants)
        {
            _ranges[name] = constant.Range;
            if (constant.Elements <= FewValues)
                _few.Add(name);
        }

        foreach (var (index, node) in graph.Graph.Node.Index())
            Decide(node, index);
        KeepBetween();
        foreach (var (index, node) in graph.Graph.Node.Index())
            DecideReader(node, index);
    }

    /// <summary>The nodes that stay in float32, and why, the most first.</summary>
    public IReadOnlyList<Float32Operator> InFloat32 =>
    [
        .. _graph.Graph.Node.Zip(_reasons).Where(pair => pair.Second is { Length: > 0 })
            .GroupBy(pair => (Name(pair.First), pair.Second!))
            .Select(group => new Float32Operator(group.Key.Item1, group.Count(), group.Key.Item2))
            .OrderByDescending(group => group.Nodes).ThenBy(group => group.Operator, StringComparer.Ordinal),
    ];

    /// <summary>Whether a node takes an input in float16.</summary>
    public bool TakesHalf(NodeProto node, int index, int input) =>
        _reasons[index] is null && IsFloat(node.Input[input]) && !HalfOperators.IsFloat32Input(node, input);

    /// <summary>Whether a node gives an output in float16.</summary>
    public bool GivesHalf(NodeProto node, int index, int output) =>
        _reasons[index] is null && IsFloat(node.Output[output]) && !HalfOperators.IsFloat32Output(node, output);

    /// <summary>Whether a float16 form of a tensor is asked for.</summary>
    public bool IsUsedAsHalf(string name) => _graph.UsesOf(name).Any(use => TakesHalf(use.Node, use.Index, use.Input));

    /// <summary>Whether the float32 form of a tensor is asked for.</summary>
    public bool IsUsedAsFloat32(string name) =>
        _graph.IsSeenElsewhere(name) || _graph.UsesOf(name).Any(use => !TakesHalf(use.Node, use.Index, use.Input));

    private static string Name(NodeProto node) => node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";

    private bool IsFloat(string name) => name.Length > 0 && _types[name] == ElementType.Float;

    private IEnumerable<string> FloatInputs(NodeProto node) => node.Input.Where(IsFloat);

    private void Decide(NodeProto node, int index)
    {
        var isConcerned = node.Input.Concat(node.Output).Any(IsFloat);
        _reasons[index] = !isConcerned ? "" : IsMadeInFloat32(node) ? "" : Hindrance(node);
        Spread(node);
        if (isConcerned && _reasons[index] is null && node.Output.Any(_ofIntegers.Contains))
            _reasons[index] = "positions, lengths or masks";
    }

    /// <summary>What makes float32 of other types, or of nothing.</summary>
    private bool IsMadeInFloat32(NodeProto node) => node.StandardOperator() switch
    {
        "Cast" => node.Output.Any(IsFloat),
        "Constant" or "ConstantOfShape" => true,
        _ => false,
    };

    private string? Hindrance(NodeProto node)
    {
        if (_except.Any(glob => Matches(glob, node)))
            return "named by except";
        var isCast = node.StandardOperator() == "Cast";
        if (!isCast && HalfOperators.Hindrance(node, _graph.Opset) is { } hindrance)
            return hindrance;
        if (node.Input.FirstOrDefault(input => input.Length > 0 && _types[input] is null) is { } unknown)
            return $"the type of '{unknown}' is not known";
        return node.Input.Select(RangeOf).FirstOrDefault(HalfRanges.Hinders) switch
        {
            HalfRange.Beyond => "constants that float16 has not",
            HalfRange.Vanishes => "constants that would be zero in float16",
            _ => null,
        };
    }

    /// <summary>Whether an entry of the spec means a node.</summary>
    public static bool Matches(WeightGlob glob, NodeProto node) =>
        glob.IsMatch(node.OpType) || (node.Name.Length > 0 && glob.IsMatch(node.Name));

    private HalfRange RangeOf(string name) => _ranges.GetValueOrDefault(name);

    /// <summary>What the outputs of a node are made of.</summary>
    private void Spread(NodeProto node)
    {
        var type = node.StandardOperator();
        if (type is "Constant" or "ConstantOfShape")
        {
            var values = Values(node);
            foreach (var output in node.Output.Where(output => IsFloat(output) && !_constants.ContainsKey(output)))
            {
                _ranges[output] = HalfRanges.Of(values);
                if (type == "ConstantOfShape" || values.Length <= FewValues)
                    _few.Add(output);
            }

            return;
        }

        var carried = Enumerable.Range(0, node.Input.Count).Where(input => Carries(node, input)).Select(input => RangeOf(node.Input[input]))
            .FirstOrDefault(HalfRanges.Hinders);
        foreach (var output in node.Output.Where(_ => carried.Hinders()))
            _ranges[output] = carried;

        var made = node.Output.Where(IsFloat).ToList();
        if (type is "Range" || (type == "Cast" && made.Count > 0 && _types[node.Input[0]] is { } from && !from.IsFloatingPoint()))
            _ofIntegers.UnionWith(made);
        else if ((HalfOperators.IsElementwise(node) || HalfOperators.IsMovement(node) || type is "MatMul" or "Cast") && FloatInputs(node).Any())
        {
            if (FloatInputs(node).All(_few.Contains))
                _few.UnionWith(made);
            else if (FloatInputs(node).All(input => _few.Contains(input) || _ofIntegers.Contains(input)))
                _ofIntegers.UnionWith(made);
        }
    }

    /// <summary>Whether results are as large, or as small, as the values of an input are.</summary>
    private bool Carries(NodeProto node, int input) => node.StandardOperator() switch
    {
        "Add" or "Sub" or "Sum" or "Neg" or "Abs" or "Cast" => true,
        "Mul" => RangeOf(node.Input[input]) == HalfRange.Beyond,
        "Div" => input == 0,
        "Max" or "Min" or "Clip" or "Sqrt" => RangeOf(node.Input[input]) == HalfRange.Vanishes,
        _ => HalfOperators.IsMovement(node),
    };

    private static double[] Values(NodeProto node)
    {
        if (node.Attribute.FirstOrDefault() is not { } attribute)
            return [];
        if (attribute.T is not { } tensor)
            return attribute.Floats.Count > 0 ? [.. attribute.Floats.Select(value => (double)value)] : [attribute.F];
        return tensor.RawData.Length == sizeof(float) ? [BinaryPrimitives.ReadSingleLittleEndian(tensor.RawData.Span)]
            : [.. tensor.FloatData.Select(value => (double)value)];
    }

    /// <summary>What lies between nodes in float32 stays so too, where it is cheap: there is nothing to cast then.</summary>
    private void KeepBetween()
    {
        var nodes = _graph.Graph.Node;
        var (isFed, isBehind) = (new bool[nodes.Count], new bool[nodes.Count]);
        foreach (var (index, node) in nodes.Index())
        {
            isFed[index] = _reasons[index] is null && (HalfOperators.IsElementwise(node) || HalfOperators.IsMovement(node))
                && FloatInputs(node).All(IsFloat32);
            isBehind[index] = _reasons[index] is { Length: > 0 } || (isFed[index] && FloatInputs(node).Any(IsBehind));
        }

        for (var index = nodes.Count - 1; index >= 0; index--)
        {
            if (!isFed[index])
                continue;
            List<ValueUse> uses = [.. nodes[index].Output.Where(IsFloat).SelectMany(_graph.UsesOf).Where(use => use.Node.Output.Any(IsFloat))];
            if (uses.TrueForAll(use => !TakesHalf(use.Node, use.Index, use.Input)) && (isBehind[index] || uses.Count > 0))
                _reasons[index] = "between others that do";
        }

        bool IsFloat32(string input) => _few.Contains(input) || (!_constants.ContainsKey(input)
            && (_graph.IndexOfProducer(input) is not { } producer || _reasons[producer] is not null || isFed[producer]));

        bool IsBehind(string input) => _graph.IndexOfProducer(input) is { } producer && isBehind[producer];
    }

    /// <summary>What gives no float32 takes what there is.</summary>
    private void DecideReader(NodeProto node, int index)
    {
        if (_reasons[index] is null && !node.Output.Any(IsFloat) && !FloatInputs(node).Any(IsMadeAsHalf))
            _reasons[index] = "";
    }

    private bool IsMadeAsHalf(string name) => _graph.IndexOfProducer(name) is { } producer
        && _graph.Graph.Node[producer] is var node && GivesHalf(node, producer, node.Output.IndexOf(name));
}
