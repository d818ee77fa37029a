using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Onnx.Inlining;

/// <summary>
/// Makes loops give tensors of their bodies, those of all iterations under one another, in models whose names <see cref="UniqueNames"/> has made
/// unique.
/// </summary>
internal static class BodyExposure
{
    /// <summary>Before this opset, Scan has a batch of its own.</summary>
    private const long FirstScan = 9;

    /// <summary>What a loop gives for a tensor of its body: an axis more, the first, counts the iterations.</summary>
    public static string Stacked(string tensor) => $"{tensor}/iterations";

    /// <summary>The body of a loop; null of other nodes.</summary>
    public static GraphProto? Body(NodeProto node) =>
        node.StandardOperator() is "Loop" or "Scan" ? node.Attribute.FirstOrDefault(attribute => attribute.Name == "body")?.G : null;

    /// <summary>The tensors that a body has in each iteration.</summary>
    public static HashSet<string> Locals(GraphProto body) => body.Input.Select(input => input.Name).Concat(body.Node.SelectMany(node => node.Output))
        .Where(name => name.Length > 0).ToHashSet(StringComparer.Ordinal);

    /// <summary>Changes the loops of a model, those in branches as well, but none within loops.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wanted">What loops are to give, as <see cref="Stacked"/> calls it.</param>
    public static void Apply(ModelProto model, IReadOnlySet<string> wanted)
    {
        var opset = model.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 1;
        Apply(model.Graph, wanted, opset);
    }

    private static void Apply(GraphProto graph, IReadOnlySet<string> wanted, long opset)
    {
        foreach (var node in graph.Node)
        {
            if (Body(node) is { } body)
            {
                if (node.Output.Count == body.Output.Count - (node.OpType == "Loop" ? 1 : 0) && (node.OpType == "Loop" || opset >= FirstScan))
                    Expose(node, body, Locals(body).Where(name => wanted.Contains(Stacked(name))));
                continue;
            }

            foreach (var (_, inner) in Subgraphs.Of(node))
                Apply(inner, wanted, opset);
        }
    }

    private static void Expose(NodeProto loop, GraphProto body, IEnumerable<string> tensors)
    {
        foreach (var tensor in tensors)
        {
            var each = $"{tensor}/iteration";
            body.Node.Add(new NodeProto { OpType = "Identity", Input = { tensor }, Output = { each } });
            body.Output.Add(new ValueInfoProto { Name = each });
            loop.Output.Add(Stacked(tensor));
            foreach (var attribute in loop.Attribute.Where(attribute => attribute.Name is "scan_output_axes" or "scan_output_directions"))
                attribute.Ints.Add(0);
        }
    }
}
