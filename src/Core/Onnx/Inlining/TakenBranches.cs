using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Onnx.Inlining;

/// <summary>Which branch of each <c>If</c> a run takes; nothing of those that it does not come to.</summary>
internal sealed class TakenBranches
{
    /// <summary>By the first output that an <c>If</c> has: a name of its own.</summary>
    private readonly Dictionary<string, bool> _taken = new(StringComparer.Ordinal);

    /// <param name="graph">The main graph.</param>
    /// <param name="codes">What <see cref="BranchObservation"/> has shown: for each <c>If</c>, then for those within the branch, 1 or 0.</param>
    public TakenBranches(GraphProto graph, IReadOnlyList<long> codes)
    {
        var next = 0;
        Read(graph);

        void Read(GraphProto within)
        {
            foreach (var node in within.Node.Where(Subgraphs.IsConditional))
            {
                var isThen = codes[next++] != 0;
                _taken[Key(node)] = isThen;
                Read(Subgraphs.Branch(node, isThen)!);
            }
        }
    }

    /// <summary>Whether the first branch of an <c>If</c> is taken; nothing where it is not come to.</summary>
    public IEnumerable<bool> Of(NodeProto conditional) => _taken.TryGetValue(Key(conditional), out var isThen) ? [isThen] : [];

    private static string Key(NodeProto conditional) => conditional.Output.First(output => output.Length > 0);
}
