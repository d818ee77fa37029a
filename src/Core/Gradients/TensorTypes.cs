using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Gradients;

/// <summary>Which tensors of a graph are of float32 or float16: gradients go through no others.</summary>
internal static class TensorTypes
{
    private static readonly HashSet<string> _others = new(StringComparer.Ordinal)
    {
        "And", "ArgMax", "ArgMin", "Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "NonZero", "Not", "Or", "Shape",
        "Size", "Xor",
    };

    /// <param name="graph">With its constants, if not with their values.</param>
    /// <returns>The names of the tensors, and of those that may be: of a branch, or of an operator that reads floats.</returns>
    public static HashSet<string> Floats(GraphProto graph) =>
        Find(graph, type => type is (long)ElementType.Float or (long)ElementType.Float16, isBranchOne: true);

    /// <summary>Those of float16.</summary>
    public static HashSet<string> Halves(GraphProto graph) => Find(graph, type => type == (long)ElementType.Float16, isBranchOne: false);

    private static HashSet<string> Find(GraphProto graph, Func<long, bool> isOne, bool isBranchOne)
    {
        var found = graph.Initializer.Where(tensor => isOne(tensor.DataType)).Select(tensor => tensor.Name)
            .Concat(graph.Input.Where(input => isOne(input.Type?.TensorType?.ElemType ?? 0)).Select(input => input.Name))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var node in NodeOrder.Of(graph))
        {
            if (Gives(node, found, isOne, isBranchOne))
                found.UnionWith(node.Output.Where(name => name.Length > 0));
        }

        return found;
    }

    private static bool Gives(NodeProto node, HashSet<string> found, Func<long, bool> isOne, bool isBranchOne)
    {
        var type = node.StandardOperator();
        return !_others.Contains(type) && type switch
        {
            "Cast" => isOne(node.Attribute.FirstOrDefault(attribute => attribute.Name == "to")?.I ?? 0),
            "Constant" => node.Attribute.Any(attribute => (attribute.Name is "value_float" or "value_floats" && isOne((long)ElementType.Float))
                || (attribute.Name == "value" && isOne(attribute.T?.DataType ?? 0))),
            "ConstantOfShape" => isOne(node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T?.DataType ?? (long)ElementType.Float),
            _ => node.Input.Any(found.Contains)
                || (isBranchOne && node.Attribute.Any(attribute => attribute.G is not null || attribute.Graphs.Count > 0)),
        };
    }
}
