using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Gradients;

/// <summary>
/// The backward graph of a model, in ONNX nodes: the gradients of Σ cotangent · output with respect to tensors of its main graph (reverse
/// accumulation). What goes through an operator without a known gradient, a branch or a loop has none.
/// </summary>
internal sealed class GradientGraph
{
    private const string CotangentPrefix = "cotangent/";
    private const string ShapePrefix = "shape/";

    /// <summary>Older opsets lack Expand, and broadcast otherwise.</summary>
    private const long OldestOpset = 8;

    private readonly GraphProto _graph;
    private readonly IReadOnlyList<NodeProto> _nodes;
    private readonly long _opset;
    private readonly HashSet<string> _floats;
    private readonly HashSet<string> _active;
    private readonly IReadOnlyList<string> _wanted;
    private readonly IReadOnlyList<string> _outputs;

    /// <param name="model">The model, at least its structure.</param>
    /// <param name="wanted">The tensors whose gradients are asked for.</param>
    /// <param name="outputs">The outputs that they are gradients of.</param>
    public GradientGraph(ModelProto model, IReadOnlyList<string> wanted, IReadOnlyList<string> outputs)
    {
        _graph = model.Graph;
        _nodes = NodeOrder.Of(_graph);
        _opset = OpsetOf(model);
        _floats = TensorTypes.Floats(_graph);
        _wanted = [.. wanted.Where(_floats.Contains)];
        _outputs = [.. outputs.Where(_floats.Contains)];
        _active = wanted.Where(_floats.Contains).ToHashSet(StringComparer.Ordinal);
        foreach (var node in _nodes)
        {
            if (Reads(node).Any(_active.Contains))
                _active.UnionWith(node.Output.Where(name => _floats.Contains(name)));
        }
    }

    /// <summary>The version of the default domain.</summary>
    public static long OpsetOf(ModelProto model) => model.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 1;

    /// <summary>What the model is fed for an output that its gradients are of.</summary>
    public static string CotangentOf(string output) => CotangentPrefix + output;

    /// <summary>What the model gives once <see cref="Shapes"/> are added.</summary>
    public static string ShapeOf(string tensor) => ShapePrefix + tensor;

    /// <summary>The tensors whose shapes <see cref="Build"/> must know.</summary>
    public IReadOnlyList<string> Tensors => _opset < OldestOpset ? []
        : [.. _nodes.Where(node => node.Input.Any(_active.Contains) && OperatorGradients.Of(node.StandardOperator()) is not null)
            .SelectMany(node => node.Input.Concat(node.Output)).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];

    /// <summary>An addition to the model that gives the shapes of those tensors.</summary>
    public GraphProto Shapes() => ShapeOutputs.Of(_graph, Tensors, ShapeOf);

    /// <summary>An addition to the model that computes the gradients, for inputs that lead to these shapes.</summary>
    /// <param name="shapes">Of <see cref="Tensors"/>.</param>
    /// <returns>The addition, and the names of the gradients of those tensors that have one.</returns>
    public (GraphProto Addition, IReadOnlyDictionary<string, string> Gradients) Build(IReadOnlyDictionary<string, IReadOnlyList<long>> shapes)
    {
        var writer = new GradientWriter(_opset, TensorTypes.Halves(_graph));
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in _outputs.Where(_active.Contains))
        {
            var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)ElementType.Float } };
            writer.Graph.Input.Add(new ValueInfoProto { Name = CotangentOf(output), Type = type });
            parts[output] = writer.Node("Identity", [CotangentOf(output)]);
        }

        foreach (var node in _nodes.Reverse().Where(node => Reads(node).Any(_active.Contains)))
        {
            var isUnknown = node.Output.Any(unknown.Contains);
            if (!isUnknown && !node.Output.Any(parts.ContainsKey))
                continue;
            var rule = isUnknown || _opset < OldestOpset ? null : OperatorGradients.Of(node.StandardOperator());
            var context = new GradientNode(node, shapes, [.. node.Output.Select(output => parts.GetValueOrDefault(output))], writer);
            var isKnown = rule is not null && (context.HasOneGradient || node.OpType == "Split")
                && node.Input.Concat(node.Output).All(tensor => tensor.Length == 0 || shapes.ContainsKey(tensor));
            unknown.UnionWith(Reads(node).Except(node.Input).Where(_active.Contains));
            for (var input = 0; input < node.Input.Count; input++)
            {
                var name = node.Input[input];
                if (!_active.Contains(name))
                    continue;
                if (!isKnown || rule!(context, input) is not { } gradient)
                    unknown.Add(name);
                else
                    parts[name] = parts.TryGetValue(name, out var before) ? writer.Add(before, gradient) : gradient;
            }
        }

        var found = _wanted.Where(tensor => parts.ContainsKey(tensor) && !unknown.Contains(tensor))
            .ToDictionary(tensor => tensor, tensor => parts[tensor], StringComparer.Ordinal);
        writer.Graph.Output.AddRange(found.Values.Distinct(StringComparer.Ordinal).Select(name => new ValueInfoProto { Name = name }));
        return (writer.Graph, found);
    }

    /// <summary>What a node reads, and what its branches or bodies read of the graph around them.</summary>
    public static IEnumerable<string> Reads(NodeProto node) => node.Input.Concat(node.Attribute.SelectMany(Captured));

    private static IEnumerable<string> Captured(AttributeProto attribute) =>
        (attribute.G is { } graph ? attribute.Graphs.Append(graph) : attribute.Graphs)
            .SelectMany(inner => inner.Node.SelectMany(Reads).Concat(inner.Output.Select(output => output.Name)));
}
