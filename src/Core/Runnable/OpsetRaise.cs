using System.Buffers.Binary;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runnable;

/// <summary>
/// Makes a model of opset 8 or 9 one of opset 10, which has QLinearConv. Of the operators that changed, BatchNormalization has an attribute less, and
/// Slice has inputs for its attributes; Scan, TopK and Upsample stand in the way (ONNX, Operator Changelog).
/// </summary>
internal static class OpsetRaise
{
    public const int From = 8;
    public const int To = 10;
    private const int SpatialEnds = 9;

    private static readonly string[] _parts = ["starts", "ends", "axes"];

    /// <summary>Why the model cannot be raised; null when it can.</summary>
    public static string? Hindrance(GraphIndex graph) =>
        graph.HasFunctions ? "it has functions of an older opset"
            : graph.Operators.FirstOrDefault(type => type is "TopK" or "Upsample" or "Scan") is { } old
                ? $"its {old} is another operator in opset {To}"
            : graph.InnerOperators.FirstOrDefault(type => type is "Slice" || IsNormalization(type, graph)) is { } inner
                ? $"the {inner} of a branch or loop is another operator in opset {To}"
            : graph.Graph.Node.Any(node => Spatial(node) is { I: 0 })
                ? $"its BatchNormalization has statistics for each place, which opset {To} has not"
            : null;

    /// <summary>Changes the nodes that have to be others.</summary>
    public static void Rewrite(GraphEdits edits)
    {
        edits.Opset = To;
        foreach (var (index, node) in edits.Graph.Graph.Node.Index().Where(pair => pair.Item.StandardOperator() == "Slice"))
        {
            var changed = edits.Change(index);
            foreach (var part in _parts)
            {
                if (changed.Attribute.FirstOrDefault(attribute => attribute.Name == part) is not { } attribute)
                    continue;
                var name = edits.Unique($"{node.Output[0]}_{part}");
                var payload = new byte[attribute.Ints.Count * sizeof(long)];
                foreach (var (i, value) in attribute.Ints.Index())
                    BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(i * sizeof(long)), value);
                edits.Add(WeightStore.Tensor(name, ElementType.Int64, [attribute.Ints.Count], payload));
                changed.Input.Add(name);
                changed.Attribute.Remove(attribute);
            }
        }

        foreach (var (index, node) in edits.Graph.Graph.Node.Index())
        {
            if (Spatial(node) is null)
                continue;
            var changed = edits.Change(index);
            changed.Attribute.Remove(Spatial(changed));
        }
    }

    private static bool IsNormalization(string type, GraphIndex graph) => type == "BatchNormalization" && graph.Opset < SpatialEnds;

    private static AttributeProto? Spatial(NodeProto node) => node.StandardOperator() != "BatchNormalization" ? null
        : node.Attribute.FirstOrDefault(attribute => attribute.Name == "spatial");
}
