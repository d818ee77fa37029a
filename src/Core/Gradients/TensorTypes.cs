using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Gradients;

/// <summary>Which tensors of a graph are of float32: gradients go through no others.</summary>
internal static class TensorTypes
{
    private static readonly HashSet<string> _others = new(StringComparer.Ordinal)
    {
        "And", "ArgMax", "ArgMin", "Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "NonZero", "Not", "Or", "Shape",
        "Size", "Xor",
    };

    /// <param name="graph">With its constants, if not with their values.</param>
    /// <returns>The names of the tensors, and of those that may be: of a branch, or of an operator that reads floats.</returns>
    public static HashSet<string> Floats(GraphProto graph)
    {
        var floats = graph.Initializer.Where(tensor => IsFloat(tensor.DataType)).Select(tensor => tensor.Name)
            .Concat(graph.Input.Where(input => IsFloat(input.Type?.TensorType?.ElemType ?? 0)).Select(input => input.Name))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            if (GivesFloats(node, floats))
                floats.UnionWith(node.Output.Where(name => name.Length > 0));
        }

        return floats;
    }

    private static bool GivesFloats(NodeProto node, HashSet<string> floats)
    {
        var type = node.StandardOperator();
        return !_others.Contains(type) && type switch
        {
            "Cast" => IsFloat(node.Attribute.FirstOrDefault(attribute => attribute.Name == "to")?.I ?? 0),
            "Constant" => node.Attribute.Any(attribute => attribute.Name is "value_float" or "value_floats"
                || (attribute.Name == "value" && IsFloat(attribute.T?.DataType ?? 0))),
            "ConstantOfShape" => node.Attribute.FirstOrDefault(attribute => attribute.Name == "value") is not { } value
                || IsFloat(value.T?.DataType ?? 0),
            _ => node.Input.Any(floats.Contains) || node.Attribute.Any(attribute => attribute.G is not null || attribute.Graphs.Count > 0),
        };
    }

    private static bool IsFloat(long type) => type == (long)ElementType.Float;
}
