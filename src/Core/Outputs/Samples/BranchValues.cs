using System.Buffers.Binary;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Outputs.Samples;

/// <summary>Finds the inputs of a model that choose a branch, such as a sampling rate, and the values that it has branches for.</summary>
internal static class BranchValues
{
    /// <summary>Operators that pass their first input's value on.</summary>
    private static readonly HashSet<string> _passing = new(["Cast", "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze"], StringComparer.Ordinal);

    /// <summary>Operators whose result follows from the first input's truth.</summary>
    private static readonly HashSet<string> _deciding = new([.. _passing, "Not"], StringComparer.Ordinal);

    /// <returns>The constants that an <c>Equal</c> compares the input with to decide on an <c>If</c>, each once, in the order of the graph.</returns>
    public static IReadOnlyList<long> Find(GraphProto graph, string input)
    {
        var values = new List<long>();
        var constants = graph.Initializer.DistinctBy(tensor => tensor.Name).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Collect(graph, new([input], StringComparer.Ordinal), new(StringComparer.Ordinal), constants, values);
        return [.. values.Distinct()];
    }

    /// <param name="graph">Nodes stand in the order in which they run.</param>
    /// <param name="carriers">What has the input's value.</param>
    /// <param name="decisions">What says whether it is a constant, and which.</param>
    /// <param name="constants">By name.</param>
    /// <param name="values">What is found is added to these.</param>
    private static void Collect(
        GraphProto graph, HashSet<string> carriers, Dictionary<string, long> decisions, Dictionary<string, TensorProto> constants, List<long> values)
    {
        foreach (var node in graph.Node)
        {
            if (node.OpType == "Constant" && node.Output.Count == 1 && node.Attribute.FirstOrDefault(item => item.Name == "value")?.T is { } tensor)
                constants[node.Output[0]] = tensor;
            else if (_passing.Contains(node.OpType) && node.Input.Count > 0 && carriers.Contains(node.Input[0]))
                carriers.UnionWith(node.Output);
            else if (node.OpType == "Equal" && node.Input.Count == 2 && node.Output.Count == 1 && Compared(node, carriers, constants) is { } value)
                decisions[node.Output[0]] = value;
            else if (_deciding.Contains(node.OpType) && node.Input.Count > 0 && node.Output.Count == 1 && decisions.TryGetValue(node.Input[0], out var decided))
                decisions[node.Output[0]] = decided;
            else if (node.OpType == "If" && node.Input.Count > 0 && decisions.TryGetValue(node.Input[0], out var chosen))
                values.Add(chosen);

            // Branches see what is around them.
            foreach (var inner in node.Attribute.Select(attribute => attribute.G).OfType<GraphProto>())
                Collect(inner, carriers, decisions, constants, values);
        }
    }

    private static long? Compared(NodeProto equal, HashSet<string> carriers, Dictionary<string, TensorProto> constants) =>
        carriers.Contains(equal.Input[0]) && constants.TryGetValue(equal.Input[1], out var right) ? Single(right)
        : carriers.Contains(equal.Input[1]) && constants.TryGetValue(equal.Input[0], out var left) ? Single(left)
        : null;

    private static long? Single(TensorProto tensor)
    {
        if (tensor.Dims.Any(length => length != 1))
            return null;
        ReadOnlySpan<byte> raw = tensor.HasRawData ? tensor.RawData.Span : default;
        return ((ElementType)tensor.DataType) switch
        {
            ElementType.Int64 when tensor.Int64Data.Count == 1 => tensor.Int64Data[0],
            ElementType.Int32 when tensor.Int32Data.Count == 1 => tensor.Int32Data[0],
            ElementType.Int64 when raw.Length == sizeof(long) => BinaryPrimitives.ReadInt64LittleEndian(raw),
            ElementType.Int32 when raw.Length == sizeof(int) => BinaryPrimitives.ReadInt32LittleEndian(raw),
            _ => null,
        };
    }
}
