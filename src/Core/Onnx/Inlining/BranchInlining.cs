using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Onnx.Inlining;

/// <summary>Puts branches of <c>If</c> in its place, in models whose names <see cref="UniqueNames"/> has made unique.</summary>
internal static class BranchInlining
{
    /// <summary>The model as it is where some branches are taken.</summary>
    /// <param name="model">Stays as it is, and shares its nodes with the result.</param>
    /// <param name="taken">
    /// Of each <c>If</c> that is come to, whether the first branch is taken. With both of one, the result tells what is used, but cannot be run.
    /// </param>
    /// <returns>Without the initializers that nothing in it reads.</returns>
    public static ModelProto Apply(ModelProto model, Func<NodeProto, IEnumerable<bool>> taken)
    {
        var graph = new GraphProto { Name = model.Graph.Name, Input = { model.Graph.Input }, Output = { model.Graph.Output } };
        graph.Node.AddRange(Nodes(model.Graph, taken));
        var read = Subgraphs.AllNodes(graph.Node).SelectMany(node => node.Input)
            .Concat(graph.Input.Select(input => input.Name)).Concat(graph.Output.Select(output => output.Name)).ToHashSet(StringComparer.Ordinal);
        graph.Initializer.AddRange(model.Graph.Initializer.Where(tensor => read.Contains(tensor.Name)));
        graph.SparseInitializer.AddRange(model.Graph.SparseInitializer.Where(tensor => read.Contains(tensor.Values?.Name ?? "")));
        return new() { IrVersion = model.IrVersion, Domain = model.Domain, OpsetImport = { model.OpsetImport }, Graph = graph };
    }

    private static IEnumerable<NodeProto> Nodes(GraphProto graph, Func<NodeProto, IEnumerable<bool>> taken)
    {
        foreach (var node in graph.Node)
        {
            if (!Subgraphs.IsConditional(node))
            {
                yield return node;
                continue;
            }

            foreach (var isThen in taken(node))
            {
                var branch = Subgraphs.Branch(node, isThen)!;
                foreach (var inner in Nodes(branch, taken))
                    yield return inner;
                foreach (var (output, result) in node.Output.Zip(branch.Output).Where(output => output.First.Length > 0))
                    yield return new NodeProto { OpType = "Identity", Input = { result.Name }, Output = { output } };
            }
        }
    }
}
