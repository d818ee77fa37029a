using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Compression;

/// <summary>Finds the embeddings of a model: what is looked up is one row, which means as much as any other, however small it is.</summary>
internal static class LookupTables
{
    /// <param name="model">Without the values of large weights.</param>
    /// <returns>The paths of initializers of the main graph of which a node of it takes rows.</returns>
    public static IReadOnlySet<string> Find(ModelProto model) => model.Graph is not { } graph ? new HashSet<string>() :
        graph.Node.Where(IsLookup).Select(node => node.Input[0])
            .Intersect(graph.Initializer.Select(tensor => tensor.Name), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);

    private static bool IsLookup(NodeProto node) => node.StandardOperator() == "Gather" && node.Input.Count > 0
        && (node.Attribute.FirstOrDefault(attribute => attribute.Name == "axis")?.I ?? 0) == 0;
}
