using CompressTasks.Compression;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Soak;

/// <summary>Artifacts of small models, y = x · W, that are opened in all the ways there are.</summary>
internal static class SoakModels
{
    public const int Side = 64;

    private const int Float = (int)ElementType.Float;
    private const int Bool = (int)ElementType.Bool;
    private const int GraphAttribute = 5;
    private const string Data = "w.bin";

    /// <summary>The weight is in the model.</summary>
    public static string Whole(string folder) => Compressed(folder, Graph(Weight(folder, isExternal: false)));

    /// <summary>The weight is in a file that ONNX Runtime takes from memory.</summary>
    public static string External(string folder) => Compressed(folder, Graph(Weight(folder, isExternal: true)));

    /// <summary>The weight is external data of a branch, which ONNX Runtime takes from a folder only.</summary>
    public static string InBranch(string folder)
    {
        var weight = Weight(folder, isExternal: true);
        var branch = new GraphProto { Name = "branch", Initializer = { weight }, Node = { Multiply(weight.Name, "y1") }, Output = { Value("y1") } };
        var same = new NodeProto { OpType = "Identity", Input = { "x" }, Output = { "y2" } };
        var otherwise = new GraphProto { Name = "otherwise", Node = { same }, Output = { Value("y2") } };
        var condition = new TensorProto { Name = "condition", DataType = Bool, RawData = ByteString.CopyFrom(1) };
        return Compressed(folder, new GraphProto
        {
            Name = "g",
            Initializer = { condition },
            Node =
            {
                new NodeProto
                {
                    OpType = "If",
                    Input = { "condition" },
                    Output = { "y" },
                    Attribute =
                    {
                        new AttributeProto { Name = "then_branch", Type = GraphAttribute, G = branch },
                        new AttributeProto { Name = "else_branch", Type = GraphAttribute, G = otherwise },
                    },
                },
            },
            Input = { Value("x") },
            Output = { Value("y") },
        });
    }

    private static GraphProto Graph(TensorProto weight) => new()
    {
        Name = "g",
        Initializer = { weight },
        Node = { Multiply(weight.Name, "y") },
        Input = { Value("x") },
        Output = { Value("y") },
    };

    private static NodeProto Multiply(string weight, string output) => new() { OpType = "MatMul", Input = { "x", weight }, Output = { output } };

    private static TensorProto Weight(string folder, bool isExternal)
    {
        var random = new Random(1);
        var values = new byte[Side * Side * sizeof(float)];
        for (var i = 0; i < Side * Side; i++)
            BitConverter.TryWriteBytes(values.AsSpan(i * sizeof(float)), (float)(random.NextDouble() - random.NextDouble()));
        var weight = new TensorProto { Name = "w", DataType = Float, Dims = { Side, Side } };
        if (!isExternal)
        {
            weight.RawData = ByteString.CopyFrom(values);
            return weight;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, Data), values);
        weight.DataLocation = 1;
        foreach (var (key, value) in new[] { ("location", Data), ("offset", "0"), ("length", $"{values.Length}") })
            weight.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        return weight;
    }

    private static ValueInfoProto Value(string name) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = Float,
                Shape = new TensorShapeProto
                {
                    Dim = { new TensorShapeProto.Types.Dimension { DimValue = 1 }, new TensorShapeProto.Types.Dimension { DimValue = Side } },
                },
            },
        },
    };

    private static string Compressed(string folder, GraphProto graph)
    {
        Directory.CreateDirectory(folder);
        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
        var path = Path.Combine(folder, "m.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        var options = new CompressionOptions { Probe = false };
        return Compressor.Run(CompressionSpec.ForModel(path, 0.99), options, null, CancellationToken.None).Single().ArtifactPath;
    }
}
