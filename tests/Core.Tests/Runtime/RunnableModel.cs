using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Runtime;

/// <summary>Small models that ONNX Runtime can run: <c>x</c> float [1, 40] to <c>y</c> float [1, 30].</summary>
internal static class RunnableModel
{
    public const int Inputs = 40;
    public const int Hidden = 50;
    public const int OutputSize = 30;

    // AttributeProto.AttributeType, which ONNX Runtime insists on.
    private const int Tensor = 4;
    private const int Graph = 5;

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
        graph.Input.Add(Build.Value("condition", ElementType.Bool));
        var branch = Build.Node("If", "choose", "y", Branch("then_branch", first), Branch("else_branch", second));
        branch.Input.Add("condition");
        graph.Node.Add(branch);
        return graph;
    }

    /// <summary>y = x · weight, a Constant node's; or another operator.</summary>
    public static GraphProto ConstantNode(TensorProto weight, string type = "MatMul")
    {
        var graph = WithInputAndOutput(new GraphProto { Name = "main" });
        graph.Node.Add(Build.Node("Constant", "", "w", new AttributeProto { Name = "value", Type = Tensor, T = weight }));
        graph.Node.Add(Operator(type, "y", "x", "w"));
        return graph;
    }

    /// <summary>Any operator on x, without weights.</summary>
    public static GraphProto Operation(string type, params TensorProto[] weights)
    {
        var graph = WithInputAndOutput(new GraphProto { Name = "main", Initializer = { weights } });
        graph.Node.Add(Operator(type, "y", ["x", .. weights.Select(weight => weight.Name)]));
        return graph;
    }

    /// <summary>A float matrix with the payload of its seed.</summary>
    public static TensorProto Matrix(string name, int rows, int columns, int seed)
    {
        var tensor = Build.Tensor(name, ElementType.Float, rows, columns);
        tensor.RawData = ByteString.CopyFrom(Payload(rows, columns, seed));
        return tensor;
    }

    /// <summary>A float matrix that lies in an external file.</summary>
    public static TensorProto External(string name, string location, long offset, int rows, int columns) => Build.External(
        name, ElementType.Float, location, offset.ToString(System.Globalization.CultureInfo.InvariantCulture),
            (4L * rows * columns).ToString(System.Globalization.CultureInfo.InvariantCulture), rows, columns);

    /// <summary>Payload of a matrix, of no regularity that a coder could keep exactly.</summary>
    public static byte[] Payload(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return Build.Bytes([.. Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() - random.NextDouble()))]);
    }

    /// <summary>Writes the model as <c>m.onnx</c> and compresses it, every weight at R² 0.99, into a folder of its own.</summary>
    /// <returns>The path of the artifact.</returns>
    public static string Compress(TemporaryFolder folder, GraphProto graph, int minElements = 1024)
    {
        folder.Write("m.onnx", Build.Model(graph));
        var rule = $"weights: '**', minElements: {minElements}, stack: [ quantize: {{ r2: 0.99 }} ]";
        return SpecRun.Compress(folder, $"models: [ m.onnx ]\nrules: [ {{ {rule} }} ]\noutput: {Guid.NewGuid():N}").ArtifactPath;
    }

    private static AttributeProto Branch(string name, TensorProto weight)
    {
        var graph = new GraphProto { Name = name, Initializer = { weight }, Output = { Build.Value($"{name}_y", ElementType.Float, 1, OutputSize) } };
        graph.Node.Add(Operator("MatMul", $"{name}_y", "x", weight.Name));
        return new AttributeProto { Name = name, Type = Graph, G = graph };
    }

    private static GraphProto WithInputAndOutput(GraphProto graph)
    {
        graph.Input.Add(Build.Value("x", ElementType.Float, 1, Inputs));
        graph.Output.Add(Build.Value("y", ElementType.Float, 1, OutputSize));
        return graph;
    }

    private static NodeProto Operator(string type, string output, params string[] inputs)
    {
        var node = Build.Node(type, "", output);
        node.Input.AddRange(inputs);
        return node;
    }
}
