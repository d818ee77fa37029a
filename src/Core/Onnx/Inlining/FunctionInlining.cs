using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Onnx.Inlining;

/// <summary>Puts the nodes of a model's functions in the place of the nodes that call them.</summary>
internal sealed class FunctionInlining
{
    /// <summary>Functions within functions.</summary>
    private const int MaxDepth = 32;

    /// <summary>Calls of calls can make many nodes of few.</summary>
    private const int MostNodes = 1 << 20;

    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions;
    private readonly PathNames _names = new();
    private int _nodes;

    private FunctionInlining(ModelProto model)
    {
        _functions = model.Functions.DistinctBy(Key).ToDictionary(Key);
        foreach (var name in Subgraphs.AllNodes(model.Graph.Node).SelectMany(node => Subgraphs.Of(node)).Select(inner => inner.Graph)
            .Prepend(model.Graph).SelectMany(Names).Distinct(StringComparer.Ordinal))
            _names.Take(name);
    }

    /// <summary>Changes a model so that it has no functions.</summary>
    /// <returns>False when they cannot be put into its graph: they are written in other opsets, or too many.</returns>
    public static bool Apply(ModelProto model)
    {
        foreach (var import in model.Functions.SelectMany(function => function.OpsetImport))
        {
            var own = model.OpsetImport.FirstOrDefault(other => Domain(other.Domain) == Domain(import.Domain));
            if (own is null)
                model.OpsetImport.Add(import.Clone());
            else if (own.Version != import.Version)
                return false;
        }

        var inlining = new FunctionInlining(model);
        if (model.Functions.Count > 0 && !inlining.Inline(model.Graph.Node, 0))
            return false;
        model.Functions.Clear();
        return true;
    }

    private static string Domain(string domain) => domain == "ai.onnx" ? "" : domain;

    private static (string Domain, string Name, string Overload) Key(FunctionProto function) =>
        (Domain(function.Domain), function.Name, function.Overload);

    private static IEnumerable<string> Names(GraphProto graph) => graph.Input.Select(input => input.Name)
        .Concat(graph.Initializer.Select(tensor => tensor.Name)).Concat(graph.Node.SelectMany(node => node.Output));

    private bool Inline(IList<NodeProto> nodes, int depth)
    {
        var result = new List<NodeProto>();
        foreach (var node in nodes)
        {
            foreach (var (_, graph) in Subgraphs.Of(node))
            {
                if (!Inline(graph.Node, depth))
                    return false;
            }

            if (!_functions.TryGetValue((Domain(node.Domain), node.OpType, node.Overload), out var function))
            {
                result.Add(node);
                continue;
            }

            var body = Body(node, function);
            if (depth == MaxDepth || (_nodes += body.Count) > MostNodes || !Inline(body, depth + 1))
                return false;
            result.AddRange(body);
        }

        nodes.Clear();
        foreach (var node in result)
            nodes.Add(node);
        return true;
    }

    private List<NodeProto> Body(NodeProto call, FunctionProto function)
    {
        var renaming = new Renaming(null);
        foreach (var (index, name) in function.Input.Index())
            renaming[name] = index < call.Input.Count ? call.Input[index] : "";
        foreach (var name in function.Node.SelectMany(node => node.Output).Where(name => name.Length > 0))
            renaming[name] = _names.Take($"{Subgraphs.NameOf(call)}/{name}");
        var body = new List<NodeProto>();
        foreach (var node in function.Node.Select(node => node.Clone()))
        {
            foreach (var inner in Subgraphs.AllNodes([node]))
                Resolve(inner, call, function);
            renaming.Apply(node);
            body.Add(node);
        }

        body.AddRange(function.Output.Zip(call.Output).Where(output => output.Second.Length > 0)
            .Select(output => new NodeProto { OpType = "Identity", Input = { renaming[output.First] }, Output = { output.Second } }));
        return body;
    }

    /// <summary>Gives attributes the values that the call has for them, or those that the function has otherwise.</summary>
    private static void Resolve(NodeProto node, NodeProto call, FunctionProto function)
    {
        var resolved = new List<AttributeProto>();
        foreach (var attribute in node.Attribute)
        {
            if (attribute.RefAttrName.Length == 0)
                resolved.Add(attribute);
            else if (call.Attribute.Concat(function.AttributeProto).FirstOrDefault(given => given.Name == attribute.RefAttrName) is { } given)
                resolved.Add(new AttributeProto(given) { Name = attribute.Name });
        }

        node.Attribute.Clear();
        node.Attribute.AddRange(resolved);
    }
}
