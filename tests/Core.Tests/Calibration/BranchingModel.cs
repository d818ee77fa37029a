using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Calibration;

/// <summary>Graphs with branches, of nodes as in <c>MatMul a,b -> c</c>.</summary>
internal static class BranchingModel
{
    // AttributeProto.AttributeType, which ONNX Runtime insists on.
    private const int GraphType = 5;

    public static NodeProto Node(string text, params AttributeProto[] attributes)
    {
        var parts = text.Split(' ');
        var node = Build.Node(parts[0], parts[^1], parts[^1], attributes);
        node.Input.AddRange(parts[1].Split(',').Where(input => input != "-"));
        return node;
    }

    /// <param name="output">What it gives.</param>
    /// <param name="weights">Initializers.</param>
    /// <param name="nodes">In their order.</param>
    public static GraphProto Branch(string output, TensorProto[] weights, params NodeProto[] nodes) =>
        new() { Name = "branch", Initializer = { weights }, Node = { nodes }, Output = { new ValueInfoProto { Name = output } } };

    /// <summary>An <c>If</c>, whose name is its output's.</summary>
    public static NodeProto If(string condition, string output, GraphProto then, GraphProto otherwise) =>
        Node($"If {condition} -> {output}", new AttributeProto { Name = "then_branch", Type = GraphType, G = then },
            new AttributeProto { Name = "else_branch", Type = GraphType, G = otherwise });

    /// <summary>A weight that is a Constant node.</summary>
    public static NodeProto Constant(TensorProto value) =>
        Node($"Constant - -> {value.Name}", new AttributeProto { Name = "value", Type = 4, T = value });
}
