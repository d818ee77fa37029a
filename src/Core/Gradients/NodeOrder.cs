using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Gradients;

/// <summary>The nodes of a graph, each behind those that make what it reads: some tools append nodes that belong to the front.</summary>
internal static class NodeOrder
{
    /// <param name="graph">A graph without cycles.</param>
    /// <returns>As they are in the graph, where that is such an order.</returns>
    public static IReadOnlyList<NodeProto> Of(GraphProto graph)
    {
        var makers = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output.Where(output => output.Length > 0))
                makers[output] = node;
        }

        var (order, seen) = (new List<NodeProto>(graph.Node.Count), new HashSet<NodeProto>(ReferenceEqualityComparer.Instance));
        foreach (var last in graph.Node)
        {
            // Without recursion: models are thousands of nodes deep.
            var path = new Stack<(NodeProto Node, bool IsReady)>([(last, false)]);
            while (path.TryPop(out var next))
            {
                if (next.IsReady)
                    order.Add(next.Node);
                else if (seen.Add(next.Node))
                {
                    path.Push((next.Node, true));
                    foreach (var name in GradientGraph.Reads(next.Node))
                    {
                        if (makers.TryGetValue(name, out var maker) && !seen.Contains(maker))
                            path.Push((maker, false));
                    }
                }
            }
        }

        return order;
    }
}
