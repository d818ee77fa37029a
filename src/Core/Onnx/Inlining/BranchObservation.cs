using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Onnx.Inlining;

/// <summary>
/// Makes a model say which branches a run takes: every branch gives, beside its own outputs, a one or a zero, and behind it what those within it
/// give; an <c>If</c> hands on what the taken one says.
/// </summary>
internal sealed class BranchObservation
{
    private const string Prefix = "branches/";
    private int _count;

    private BranchObservation()
    {
    }

    /// <summary>A copy of a model with unique names that gives the branches that it takes as one more output.</summary>
    /// <returns>The copy and the output's name; null when it has no branches.</returns>
    public static (ModelProto Model, string Output)? Of(ModelProto model)
    {
        var copy = model.Clone();
        return new BranchObservation().Enter(copy.Graph) is { } output ? (copy, output) : null;
    }

    private string? Enter(GraphProto graph, int? code = null)
    {
        var parts = new List<string>();
        if (code is { } number)
        {
            parts.Add(NewName());
            graph.Initializer.Add(new TensorProto { Name = parts[0], DataType = (int)ElementType.Int64, Dims = { 1 }, Int64Data = { number } });
        }

        foreach (var node in graph.Node.Where(Subgraphs.IsConditional))
        {
            foreach (var isThen in (ReadOnlySpan<bool>)[true, false])
                Enter(Subgraphs.Branch(node, isThen)!, isThen ? 1 : 0);
            parts.Add(NewName());
            node.Output.Add(parts[^1]);
        }

        if (parts.Count == 0)
            return null;
        var output = NewName();
        graph.Node.Add(new NodeProto
        {
            OpType = "Concat",
            Input = { parts },
            Output = { output },
            Attribute = { new AttributeProto { Name = "axis", Type = 2, I = 0 } },
        });
        graph.Output.Add(new ValueInfoProto
        {
            Name = output,
            Type = new() { TensorType = new() { ElemType = (int)ElementType.Int64 } },
        });
        return output;
    }

    private string NewName() => Prefix + _count++;
}
