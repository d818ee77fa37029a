using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Onnx.Inlining;

/// <summary>Graphs within nodes.</summary>
internal static class Subgraphs
{
    /// <summary>The graphs that are attributes of a node, with the attributes' names.</summary>
    public static IEnumerable<(string Attribute, GraphProto Graph)> Of(NodeProto node) =>
        node.Attribute.SelectMany(attribute => (attribute.G is { } graph ? attribute.Graphs.Prepend(graph) : attribute.Graphs)
            .Select(inner => (attribute.Name, inner)));

    /// <summary>A graph's nodes, and those of the graphs within them.</summary>
    public static IEnumerable<NodeProto> AllNodes(IEnumerable<NodeProto> nodes) =>
        nodes.SelectMany(node => Of(node).SelectMany(inner => AllNodes(inner.Graph.Node)).Prepend(node));

    /// <summary>The branches of an <c>If</c>.</summary>
    public static GraphProto? Branch(NodeProto conditional, bool isThen)
    {
        var name = isThen ? "then_branch" : "else_branch";
        return conditional.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.G;
    }

    /// <summary>Whether a node is an <c>If</c> with both branches, that give what it does.</summary>
    public static bool IsConditional(NodeProto node) =>
        node.StandardOperator() == "If" && node.Output.Any(output => output.Length > 0)
            && Branch(node, isThen: true)?.Output.Count == node.Output.Count && Branch(node, isThen: false)?.Output.Count == node.Output.Count;

    /// <summary>What a node goes by in the paths of weights: its name, or what there is in place of one.</summary>
    public static string NameOf(NodeProto node) =>
        node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(output => output.Length > 0) ?? node.OpType;
}
