using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Outputs.Sequences;

/// <summary>
/// A model with a state and a growing cache, small enough to follow by hand: <c>sum_out</c> = <c>sum_in</c> + x, <c>present</c> = x after <c>past</c>, and
/// <c>y</c> = <c>sum_out</c> · 2.
/// </summary>
internal static class SequenceModel
{
    /// <param name="weight">The 2 of y.</param>
    /// <param name="hasRate">Whether y is times an input without axes, <c>rate</c>, as well.</param>
    public static byte[] Bytes(float weight = 2, bool hasRate = false)
    {
        var graph = new GraphProto { Name = "g", Initializer = { Build.Raw("w", weight) } };
        graph.Input.AddRange([Value("x", "batch", "time"), Value("sum_in", "batch", "1"), Value("past", "batch", "past_time")]);
        graph.Output.AddRange([Value("y", "batch", "1"), Value("sum_out", "batch", "1"), Value("present", "batch", "all_time")]);
        graph.Node.Add(Node("ReduceSum", "total", ["x", "axis"]));
        graph.Initializer.Add(new TensorProto { Name = "axis", DataType = (int)ElementType.Int64, Dims = { 1 }, Int64Data = { 1 } });
        graph.Node.Add(Node("Add", "sum_out", ["sum_in", "total"]));
        graph.Node.Add(Node("Mul", hasRate ? "doubled" : "y", ["sum_out", "w"]));
        if (hasRate)
        {
            graph.Input.Add(Value("rate"));
            graph.Node.Add(Node("Mul", "y", ["doubled", "rate"]));
        }

        var concat = Node("Concat", "present", ["past", "x"]);
        concat.Attribute.Add(new AttributeProto { Name = "axis", Type = 2, I = 1 });
        graph.Node.Add(concat);
        return Build.Model(graph).ToByteArray();
    }

    private static NodeProto Node(string type, string output, string[] inputs)
    {
        var node = Build.Node(type, output, output);
        node.Input.AddRange(inputs);
        return node;
    }

    private static ValueInfoProto Value(string name, params string[] axes)
    {
        var value = Build.ValueOfAnyShape(name, ElementType.Float);
        value.Type.TensorType.Shape = new();
        value.Type.TensorType.Shape.Dim.AddRange(axes.Select(axis => axis == "1" ? new TensorShapeProto.Types.Dimension { DimValue = 1 } : new() { DimParam = axis }));
        return value;
    }
}
