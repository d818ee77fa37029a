using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Outputs.Samples;

/// <summary>Finds the inputs of a model that are indices, and how large they may be.</summary>
internal static class IndexBounds
{
    /// <summary>Operators that pass their first input's values on.</summary>
    private static readonly HashSet<string> _passing = new(["Cast", "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze"],
        StringComparer.Ordinal);

    /// <summary>Operators whose result has the axes of their first input.</summary>
    private static readonly HashSet<string> _sameShape = new(["Cast", "Identity", "DequantizeLinear"], StringComparer.Ordinal);

    /// <summary>
    /// The length of the axis that a <c>Gather</c> picks from with the input's values, the smallest if there are several; null when no such axis is
    /// known.
    /// </summary>
    public static long? Find(GraphProto graph, string input)
    {
        var carriers = new HashSet<string>([input], StringComparer.Ordinal);
        long? bound = null;
        // Nodes stand in the order in which they run.
        foreach (var node in graph.Node)
        {
            if (_passing.Contains(node.StandardOperator()) && node.Input.Count > 0 && carriers.Contains(node.Input[0]))
                carriers.UnionWith(node.Output);
            if (node.StandardOperator() == "Gather" && node.Input.Count > 1 && carriers.Contains(node.Input[1]) && AxisLength(graph, node) is { } length)
                bound = Math.Min(bound ?? length, length);
        }

        return bound;
    }

    private static long? AxisLength(GraphProto graph, NodeProto gather)
    {
        if (ShapeOf(graph, gather.Input[0]) is not { Count: > 0 } shape)
            return null;
        var axis = gather.Attribute.FirstOrDefault(attribute => attribute.Name == "axis")?.I ?? 0;
        if (axis < 0)
            axis += shape.Count;
        return axis >= 0 && axis < shape.Count && shape[(int)axis] > 0 ? shape[(int)axis] : null;
    }

    private static IReadOnlyList<long>? ShapeOf(GraphProto graph, string name)
    {
        // A chain cannot be longer than the graph, and a damaged one may be a ring.
        for (var steps = 0; steps <= graph.Node.Count; steps++)
        {
            if (graph.Initializer.FirstOrDefault(tensor => tensor.Name == name) is { } initializer)
                return initializer.Dims;
            if (graph.Node.FirstOrDefault(node => node.Output.Contains(name)) is not { } maker)
                return null;
            if (maker.StandardOperator() == "Constant")
                return maker.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T?.Dims;
            if (!_sameShape.Contains(maker.StandardOperator()) || maker.Input.Count == 0)
                return null;
            name = maker.Input[0];
        }

        return null;
    }
}
