using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Onnx;

public sealed class WeightPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnInitializerGoesByItsName() =>
        Paths(Build.Model(Build.Raw("blocks.0.weight", 1), Build.Raw("b", 2))).ShouldBe(["blocks.0.weight", "b"]);

    [Fact]
    public void AConstantGoesByItsOutput() => Paths(Build.Model(new GraphProto
    {
        Node = { Build.Node("Constant", "some node", "w", new AttributeProto { Name = "value", T = Build.Raw("ignored", 1) }) },
    })).ShouldBe(["w"]);

    [Fact]
    public void ATensorOfAnyOtherNodeGoesByNodeAndAttribute() => Paths(Build.Model(new GraphProto
    {
        Node =
        {
            Build.Node("ConstantOfShape", "fill", "y", new AttributeProto { Name = "value", T = Build.Raw("t", 1) }),
            Build.Node("Custom", "", "z", new AttributeProto { Name = "list", Tensors = { Build.Raw("t", 1), Build.Raw("u", 2) } }),
        },
    })).ShouldBe(["fill/value", "z/list[0]", "z/list[1]"]);

    [Fact]
    public void SubgraphsPutNodeAndAttributeBeforeTheName()
    {
        var inner = new GraphProto
        {
            Node = { Build.Node("Loop", "", "out",
            new AttributeProto { Name = "body", G = Build.Graph(Build.Raw("w", 3)) }) }
        };
        Paths(Build.Model(new GraphProto
        {
            Initializer = { Build.Raw("w", 1) },
            Node =
            {
                Build.Node("If", "branch", "y", new AttributeProto { Name = "then_branch", G = Build.Graph(Build.Raw("w", 2)) },
                    new AttributeProto { Name = "else_branch", G = inner }),
                Build.Node("Many", "m", "z",
                    new AttributeProto { Name = "graphs", Graphs = { Build.Graph(Build.Raw("w", 4)), Build.Graph(Build.Raw("w", 5)) } }),
            },
        })).ShouldBe(["branch/then_branch/w", "branch/else_branch/out/body/w", "m/graphs[0]/w", "m/graphs[1]/w", "w"], ignoreOrder: true);
    }

    [Fact]
    public void SparseTensorsAreTwoWeights()
    {
        var sparse = new SparseTensorProto { Values = Build.Raw("s", 1, 2), Indices = Int64("", 3, 4), Dims = { 9 } };
        using var model = Open(Build.Model(new GraphProto
        {
            SparseInitializer = { sparse },
            Node = { Build.Node("Constant", "", "c", new AttributeProto { Name = "sparse_value", SparseTensor = sparse }) },
        }));
        model.Weights.Select(weight => weight.Path).ShouldBe(["c/values", "c/indices", "s/values", "s/indices"]);
        model.Weights.ShouldAllBe(weight => weight.IsSparse);
    }

    [Fact]
    public void LocalFunctionsAndTrainingGraphsAreSearched()
    {
        var model = Build.Model();
        model.Functions.Add(new FunctionProto
        {
            Domain = "my.ops",
            Name = "f",
            Node = { Build.Node("Constant", "", "c", new AttributeProto { Name = "value", T = Build.Raw("", 1) }) },
            AttributeProto = { new AttributeProto { Name = "table", T = Build.Raw("", 1) } },
        });
        model.Functions.Add(
            new FunctionProto
            {
                Name = "g",
                Overload = "v2",
                Node = { Build.Node("Constant", "", "c", new AttributeProto { Name = "value", T = Build.Raw("", 1) }) }
            });
        model.TrainingInfo.Add(new TrainingInfoProto { Initialization = Build.Graph(Build.Raw("i", 1)), Algorithm = Build.Graph(Build.Raw("a", 1)) });
        Paths(model).ShouldBe(["training_info[0]/initialization/i", "training_info[0]/algorithm/a", "my.ops.f/c", "my.ops.f/table", "g:v2/c"]);
    }

    [Fact]
    public void PathsThatCollideAreNumberedInFileOrder() =>
        Paths(Build.Model(Build.Raw("w", 1), Build.Raw("w#2", 2), Build.Raw("w", 3), Build.Raw("w", 4), Build.Raw("", 5), Build.Raw("", 6)))
            .ShouldBe(["w", "w#2", "w#3", "w#4", "(unnamed)", "(unnamed)#2"]);

    [Fact]
    public void FieldsMayComeInAnyOrder()
    {
        // Attribute before the node's name, and within it tensor before the attribute's name, and in there raw_data before all else.
        byte[] tensor = [.. Message(9, Build.Bytes(7)), .. Message(8, "w"u8), 0x10, 1, 0x08, 1];
        byte[] attribute = [.. Message(5, tensor), .. Message(1, "value"u8)];
        byte[] node = [.. Message(5, attribute), .. Message(2, "y"u8), .. Message(4, "Custom"u8), .. Message(3, "n"u8)];
        using var model = OnnxModel.Open(_folder.Write("m.onnx", [.. Message(7, Message(1, node)), 0x08, 8]));
        var weight = model.Weights.ShouldHaveSingleItem();
        weight.Path.ShouldBe("n/value");
        weight.Shape.ShouldBe([1]);
        model.ReadBytes(weight).ToArray().ShouldBe(Build.Bytes(7));
    }

    [Fact]
    public void UnknownFieldsAndGroupsAreSteppedOver()
    {
        // Field 100: a group (start 0xA3 0x06, end 0xA4 0x06) with another one and a varint inside.
        byte[] group = [0xA3, 0x06, 0xA3, 0x06, 0x08, 0x01, 0xA4, 0x06, 0xA4, 0x06];
        var graph = new GraphProto { Initializer = { Build.Raw("w", 1) } }.ToByteArray();
        using var model = OnnxModel.Open(_folder.Write("m.onnx", [0x08, 8, .. group, .. Message(7, [.. group, .. graph]), .. Message(99, "new"u8)]));
        model.Weights.ShouldHaveSingleItem().Path.ShouldBe("w");
    }

    [Fact]
    public void AGraphInTwoPiecesIsOneGraph()
    {
        byte[] first = Build.Model(Build.Raw("a", 1)).ToByteArray();
        using var model = OnnxModel.Open(_folder.Write("m.onnx", [.. first, .. Message(7, Build.Graph(Build.Raw("b", 2)).ToByteArray())]));
        model.Weights.Select(weight => weight.Path).ShouldBe(["a", "b"]);
    }

    /// <summary>A length-delimited field.</summary>
    internal static byte[] Message(int number, ReadOnlySpan<byte> body)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(body));
        }

        return stream.ToArray();
    }

    private static TensorProto Int64(string name, params long[] values)
    {
        var tensor = Build.Tensor(name, ElementType.Int64, values.Length);
        tensor.Int64Data.Add(values);
        return tensor;
    }

    private OnnxModel Open(ModelProto model) => OnnxModel.Open(_folder.Write("m.onnx", model));

    private string[] Paths(ModelProto model)
    {
        using var opened = Open(model);
        return [.. opened.Weights.Select(weight => weight.Path)];
    }
}
