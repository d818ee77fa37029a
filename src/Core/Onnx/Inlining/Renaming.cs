using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Onnx.Inlining;

/// <summary>What the values of a graph are called anew; other names are those of the graph around it.</summary>
/// <param name="outer">Of the graph around it; null for the outermost.</param>
internal sealed class Renaming(Renaming? outer)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal) { [""] = "" };

    public string this[string name]
    {
        get => _names.TryGetValue(name, out var found) ? found : outer?[name] ?? name;
        set => _names[name] = value;
    }

    /// <summary>Renames what a node reads and gives, and what graphs within it read of those around them.</summary>
    public void Apply(NodeProto node)
    {
        Apply(node.Input);
        Apply(node.Output);
        foreach (var (_, graph) in Subgraphs.Of(node))
        {
            var inner = new Renaming(this);
            foreach (var name in graph.Input.Select(input => input.Name).Concat(graph.Initializer.Select(tensor => tensor.Name))
                .Concat(graph.SparseInitializer.Select(tensor => tensor.Values?.Name ?? ""))
                .Concat(graph.Node.SelectMany(nested => nested.Output)))
                inner[name] = name;
            foreach (var nested in graph.Node)
                inner.Apply(nested);
            foreach (var output in graph.Output)
                output.Name = inner[output.Name];
        }
    }

    public void Apply(IList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
            names[i] = this[names[i]];
    }
}
