using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Runtime;

/// <summary>Small models that ONNX Runtime can run: <c>x</c> float [1, 40] to <c>y</c> float [1, 30].</summary>
internal static class RunnableModel
{
    public const int Inputs = 40;
    public const int Hidden = 50;
    public const int OutputSize = 30;

    /// <summary>y = (x · first + bias) · second.</summary>
    public static GraphProto TwoLayers(params TensorProto[] weights)
    {
        var graph = WithInputAndOutput(new GraphProto { Name = "main", Initializer = { weights } });
        graph.Node.Add(Operator("MatMul", "hidden", "x", "first"));
        graph.Node.Add(Operator("Add", "biased", "hidden", "bias"));
        graph.Node.Add(Operator("MatMul", "y", "biased", "second"));
        return graph;
    }

    /// <summary>y = x · first where <c>condition</c> holds, else x · second, with a weight in each branch.</summary>
    public static GraphProto Branches(TensorProto first, TensorProto second)
    {
        var graph = WithInputAndOutput(new GraphProto { Name = "main" });
        graph.Input.Add(Value("condition", 9));
        var branch = Build.Node("If", "choose", "y", Branch("then_branch", first), Branch("else_branch", second));
        branch.Input.Add("condition");
        graph.Node.Add(branch);
        return graph;
    }

    /// <summary>y = x · weight, a Constant node's.</summary>
    public static GraphProto ConstantNode(TensorProto weight)
    {
        var graph = WithInputAndOutput(new GraphProto { Name = "main" });
        graph.Node.Add(Build.Node("Constant", "", "w", Typed(4, new AttributeProto { Name = "value", T = weight })));
        graph.Node.Add(Operator("MatMul", "y", "x", "w"));
        return graph;
    }

    /// <summary>Any operator on x, without weights.</summary>
    public static GraphProto Operation(string type, params TensorProto[] weights)
    {
        var graph = WithInputAndOutput(new GraphProto { Name = "main", Initializer = { weights } });
        graph.Node.Add(Operator(type, "y", ["x", .. weights.Select(weight => weight.Name)]));
        return graph;
    }

    /// <summary>A float matrix that lies in an external file.</summary>
    public static TensorProto External(string name, string location, long offset, int rows, int columns) => Build.External(
        name, ElementType.Float, location, offset.ToString(System.Globalization.CultureInfo.InvariantCulture), (4L * rows * columns).ToString(System.Globalization.CultureInfo.InvariantCulture), rows, columns);

    /// <summary>Payload of a matrix, of no regularity that a coder could keep exactly.</summary>
    public static byte[] Payload(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return Build.Bytes([.. Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() - random.NextDouble()))]);
    }

    private static AttributeProto Branch(string name, TensorProto weight)
    {
        var graph = new GraphProto { Name = name, Initializer = { weight }, Output = { Value($"{name}_y", 1, 1, OutputSize) } };
        graph.Node.Add(Operator("MatMul", $"{name}_y", "x", weight.Name));
        return Typed(5, new AttributeProto { Name = name, G = graph });
    }

    // ONNX Runtime insists on field 20, AttributeProto.type (4 a tensor, 5 a graph), which the library has no use for.
    private static AttributeProto Typed(byte type, AttributeProto attribute) =>
        AttributeProto.Parser.ParseFrom([.. attribute.ToByteArray(), 0xA0, 0x01, type]);

    private static GraphProto WithInputAndOutput(GraphProto graph)
    {
        graph.Input.Add(Value("x", 1, 1, Inputs));
        graph.Output.Add(Value("y", 1, 1, OutputSize));
        return graph;
    }

    private static NodeProto Operator(string type, string output, params string[] inputs)
    {
        var node = Build.Node(type, "", output);
        node.Input.AddRange(inputs);
        return node;
    }

    private static ValueInfoProto Value(string name, int type, params long[] shape)
    {
        var dimensions = new TensorShapeProto { Dim = { shape.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }) } };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = dimensions } } };
    }
}
