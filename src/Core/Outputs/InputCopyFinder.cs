using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Outputs;

/// <summary>
/// Finds outputs that are copies of inputs, or inputs joined with something new, in the graph: through <c>Identity</c>, <c>Concat</c> and the branches
/// of <c>If</c>.
/// </summary>
internal sealed class InputCopyFinder
{
    /// <summary>Graphs within graphs.</summary>
    private const int MaxDepth = 16;

    private readonly HashSet<string> _inputs;

    /// <summary>Up to IR version 3, initializers are listed among the inputs.</summary>
    private InputCopyFinder(GraphProto graph) =>
        _inputs = graph.Input.Select(input => input.Name)
            .Except(graph.Initializer.Select(tensor => tensor.Name))
            .Except(graph.SparseInitializer.Select(tensor => tensor.Values?.Name ?? ""))
            .ToHashSet(StringComparer.Ordinal);

    /// <returns>By output; without those that copy nothing.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyList<InputCopy>> Find(GraphProto graph)
    {
        var finder = new InputCopyFinder(graph);
        var scope = new Scope(graph, null);
        return graph.Output.Select(output => (output.Name, Copies: (IReadOnlyList<InputCopy>)[.. finder.Of(output.Name, scope, 0, isAlways: true).Distinct()]))
            .Where(output => output.Copies.Count > 0)
            .ToDictionary(output => output.Name, output => output.Copies, StringComparer.Ordinal);
    }

    private IEnumerable<InputCopy> Of(string name, Scope scope, int depth, bool isAlways)
    {
        if (depth > MaxDepth)
            return [];
        if (Input(name, scope) is { } input)
            return [new(input, null, true, isAlways)];
        if (scope.MakerOf(name) is not var (node, owner))
            return [];
        return node.StandardOperator() switch
        {
            "Identity" => Of(node.Input[0], owner, depth + 1, isAlways),
            "Concat" => Joined(node, owner, isAlways),
            "If" => node.Attribute.Where(attribute => attribute.G is not null).SelectMany(branch =>
                Of(branch.G.Output[node.Output.IndexOf(name)].Name, new Scope(branch.G, owner), depth + 1, isAlways: false)),
            _ => [],
        };
    }

    private IEnumerable<InputCopy> Joined(NodeProto node, Scope scope, bool isAlways)
    {
        if (node.Input.Count != 2 || node.Attribute.FirstOrDefault(attribute => attribute.Name == "axis") is not { } axis)
            yield break;
        if (Input(node.Input[0], scope) is { } first)
            yield return new(first, (int)axis.I, IsFirst: true, isAlways);
        else if (Input(node.Input[1], scope) is { } last)
            yield return new(last, (int)axis.I, IsFirst: false, isAlways);
    }

    /// <summary>The model's input that a value is, by whatever name.</summary>
    private string? Input(string name, Scope scope)
    {
        for (var i = 0; i < MaxDepth; i++)
        {
            if (scope.MakerOf(name) is not var (node, owner))
                return _inputs.Contains(name) ? name : null;
            if (node.StandardOperator() != "Identity")
                return null;
            (name, scope) = (node.Input[0], owner);
        }

        return null;
    }

    private sealed class Scope(GraphProto graph, Scope? outer)
    {
        private readonly Dictionary<string, NodeProto> _makers = Makers(graph);

        /// <summary>The node that makes a value, and the graph it stands in.</summary>
        public (NodeProto Node, Scope Scope)? MakerOf(string name) =>
            _makers.TryGetValue(name, out var node) ? (node, this) : outer?.MakerOf(name);

        private static Dictionary<string, NodeProto> Makers(GraphProto graph)
        {
            var makers = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
            foreach (var node in graph.Node)
            {
                foreach (var output in node.Output)
                    makers[output] = node;
            }

            return makers;
        }
    }
}
