using System.Globalization;
using System.Runtime.InteropServices;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Small models that have a tensor in every place where there can be one, of every way of keeping values.</summary>
internal static class SeedModels
{
    /// <summary>The external data files that the models refer to, and their bytes.</summary>
    public static IReadOnlyDictionary<string, byte[]> Externals { get; } = new Dictionary<string, byte[]>(StringComparer.Ordinal)
    {
        ["w.bin"] = Floats(seed: 7, count: 512),
        ["sub/more.bin"] = Floats(seed: 8, count: 256),
    };

    public static ModelProto Plain => Model(new GraphProto
    {
        Name = "plain",
        Initializer =
        {
            Raw("matrix.weight", ElementType.Float, Floats(1, 128), 8, 16),
            Raw("half", ElementType.Float16, Halves(2, 32), 4, 8),
            Raw("brain", ElementType.BFloat16, Halves(3, 16), 16),
            Raw("double", ElementType.Double, Doubles(4, 12), 3, 4),
            Raw("integers", ElementType.Int64, MemoryMarshal.AsBytes<long>([1, 2, 3]).ToArray(), 3),
            new TensorProto { Name = "typed", DataType = (int)ElementType.Float, Dims = { 2, 2 }, FloatData = { 1, 2, 3, 4 } },
            new TensorProto { Name = "typed.half", DataType = (int)ElementType.Float16, Dims = { 3 }, Int32Data = { 0x3C00, 0x4000, 0x4200 } },
            new TensorProto { Name = "texts", DataType = (int)ElementType.String, Dims = { 1 }, StringData = { ByteString.CopyFromUtf8("text") } },
            new TensorProto { Name = "scalar", DataType = (int)ElementType.Float, RawData = ByteString.CopyFrom(Floats(5, 1)) },
            new TensorProto { Name = "empty", DataType = (int)ElementType.Float, Dims = { 0, 3 } },
            Raw("nibbles", ElementType.Int4, [0x12, 0x34], 4),
        },
    });

    public static ModelProto Nested
    {
        get
        {
            var then = new GraphProto { Name = "then", Initializer = { Raw("inner", ElementType.Float, Floats(1, 64), 8, 8) } };
            var otherwise = new GraphProto
            {
                Name = "else",
                Node = { Node("Constant", "c", new AttributeProto { Name = "value", T = Raw("", ElementType.Float, Floats(2, 16), 4, 4) }) },
            };
            var model = Model(new GraphProto
            {
                Name = "nested",
                Node =
                {
                    Node("If", "branch", new AttributeProto { Name = "then_branch", G = then },
                        new AttributeProto { Name = "else_branch", G = otherwise }),
                    Node("Constant", "floats", new AttributeProto { Name = "value_floats", Floats = { 1, 2, 3 } }),
                    Node("Loop", "many", new AttributeProto { Name = "tensors", Tensors = { Raw("t", ElementType.Float, Floats(3, 4), 4) } },
                        new AttributeProto { Name = "graphs", Graphs = { then } }),
                    Node("Constant", "sparse", new AttributeProto { Name = "sparse_value", SparseTensor = Sparse("s") }),
                },
                SparseInitializer = { Sparse("sparse") },
            });
            model.Functions.Add(new FunctionProto
            {
                Name = "f",
                Domain = "d",
                Node = { Node("Constant", "k", new AttributeProto { Name = "value", T = Raw("k", ElementType.Float, Floats(4, 8), 8) }) },
            });
            model.TrainingInfo.Add(new TrainingInfoProto
            {
                Initialization = new GraphProto { Initializer = { Raw("training", ElementType.Float, Floats(5, 4), 4) } },
            });
            return model;
        }
    }

    public static ModelProto External => Model(new GraphProto
    {
        Name = "external",
        Initializer =
        {
            In("w.bin", "first", 0, 512, 8, 16),
            In("w.bin", "second", 512, 1024, 16, 16),
            In("w.bin", "tied", 512, 1024, 16, 16),
            In("sub/more.bin", "third", 64, 256, 64),
            Raw("own", ElementType.Float, Floats(6, 32), 32),
        },
    });

    /// <summary>The same, and each tensor and each node in a model of its own: what is small is read fast.</summary>
    public static IReadOnlyList<byte[]> Parts =>
    [
        .. All,
        .. new[] { Plain, External }.SelectMany(model => model.Graph.Initializer)
            .Select(tensor => Model(new GraphProto { Initializer = { tensor } }).ToByteArray()),
        .. Nested.Graph.Node.Select(node => Model(new GraphProto { Node = { node } }).ToByteArray()),
        Model(new GraphProto { SparseInitializer = { Sparse("s") } }).ToByteArray(),
        new ModelProto { Functions = { Nested.Functions } }.ToByteArray(),
        new ModelProto { TrainingInfo = { Nested.TrainingInfo } }.ToByteArray(),
    ];

    /// <summary>Of few tensors each, such as compressed ones are made of.</summary>
    public static IReadOnlyList<byte[]> Small =>
    [
        Of(Plain, 0), Of(Plain, 1, 3), Of(Plain, 2, 4, 8), Of(External, 1, 2), Of(External, 3),
            Model(new GraphProto { Node = { Nested.Graph.Node[0] } }).ToByteArray(),
    ];

    private static byte[] Of(ModelProto model, params int[] tensors) =>
        Model(new GraphProto { Initializer = { tensors.Select(tensor => model.Graph.Initializer[tensor]) } }).ToByteArray();

    public static IReadOnlyList<byte[]> All => [Plain.ToByteArray(), Nested.ToByteArray(), External.ToByteArray()];

    public static byte[] Floats(int seed, int count) =>
        MemoryMarshal.AsBytes<float>(Values(seed, count).Select(value => (float)value).ToArray()).ToArray();

    private static byte[] Doubles(int seed, int count) => MemoryMarshal.AsBytes<double>(Values(seed, count)).ToArray();

    private static byte[] Halves(int seed, int count) =>
        MemoryMarshal.AsBytes<Half>(Values(seed, count).Select(value => (Half)value).ToArray()).ToArray();

    private static double[] Values(int seed, int count)
    {
        var random = new Engine.FuzzRandom((ulong)seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.Below(2_000_001) - 1_000_000) / 1e6)];
    }

    private static ModelProto Model(GraphProto graph) => new()
    {
        IrVersion = 8,
        ProducerName = "fuzz",
        OpsetImport = { new OperatorSetIdProto { Version = 17 } },
        Graph = graph,
    };

    private static TensorProto Raw(string name, ElementType type, byte[] values, params long[] shape) =>
        new() { Name = name, DataType = (int)type, Dims = { shape }, RawData = ByteString.CopyFrom(values) };

    private static TensorProto In(string file, string name, int offset, int length, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)ElementType.Float, Dims = { shape }, DataLocation = 1 };
        foreach (var (key, value) in new[] { ("location", file), ("offset", Text(offset)), ("length", Text(length)) })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        return tensor;
    }

    private static SparseTensorProto Sparse(string name) => new()
    {
        Values = Raw(name, ElementType.Float, Floats(9, 3), 3),
        Indices = Raw("", ElementType.Int64, MemoryMarshal.AsBytes<long>([0, 5, 9]).ToArray(), 3),
        Dims = { 4, 4 },
    };

    private static NodeProto Node(string type, string output, params AttributeProto[] attributes) =>
        new() { OpType = type, Name = $"{output}.node", Output = { output }, Attribute = { attributes } };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
