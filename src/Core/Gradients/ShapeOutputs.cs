using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Gradients;

/// <summary>Makes a model give the shapes of tensors.</summary>
internal static class ShapeOutputs
{
    /// <summary>
    /// ONNX Runtime begins with the last of the nodes whose outputs nobody reads, and runs what leads to it, then what leads to the one before. With
    /// the first tensor's node last, each tensor goes as soon as it would without these nodes; in another order all are kept until the end (ISNet:
    /// 2.4 GB in place of 1.1).
    /// </summary>
    /// <param name="graph">The model's.</param>
    /// <param name="tensors">Tensors of the graph.</param>
    /// <param name="nameOf">What the shape of a tensor is called.</param>
    /// <returns>An addition to the graph.</returns>
    public static GraphProto Of(GraphProto graph, IEnumerable<string> tensors, Func<string, string> nameOf)
    {
        var places = NodeOrder.Of(graph).SelectMany(node => node.Output).Index().DistinctBy(output => output.Item)
            .ToDictionary(output => output.Item, output => output.Index, StringComparer.Ordinal);
        var shapes = new GraphProto();
        foreach (var tensor in tensors.OrderByDescending(tensor => places.GetValueOrDefault(tensor, -1)))
        {
            shapes.Node.Add(new NodeProto { OpType = "Shape", Input = { tensor }, Output = { nameOf(tensor) } });
            shapes.Output.Add(new ValueInfoProto { Name = nameOf(tensor) });
        }

        return shapes;
    }
}
