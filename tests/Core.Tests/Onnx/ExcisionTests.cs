using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Onnx;

public sealed class ExcisionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WithoutWeightsTheSkeletonIsTheFile()
    {
        using var model = Open(Build.Raw("a", 1, 2));
        var image = model.Excise([]);
        image.Layout.Holes.ShouldBeEmpty();
        RoundTrip.Skeleton(image).ToArray().ShouldBe(File.ReadAllBytes(model.Path));
    }

    [Theory]
    [InlineData(0b001)]
    [InlineData(0b010)]
    [InlineData(0b101)]
    [InlineData(0b111)]
    public void ContiguousPayloadsComeBackToTheByte(int chosen)
    {
        var floats = Build.Tensor("b", ElementType.Float, 3);
        floats.FloatData.Add([4, 5, 6]);
        using var model = Open(Build.Raw("a", Build.Values(100)), floats, Build.Raw("c", 7));
        var weights = model.Weights.Where((_, index) => (chosen >> index & 1) == 1).ToList();
        var image = model.Excise(weights);
        image.Weights.ShouldBe(weights);
        image.Layout.SkeletonLength.ShouldBe(model.TotalBytes - weights.Sum(weight => weight.PayloadBytes));
        RoundTrip.InMemory(model, image).ShouldBe(File.ReadAllBytes(model.Path));
    }

    // Varints of three bytes become two: around 45 and 6,000 elements the length prefixes of all messages around them get shorter as well.
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(45)]
    [InlineData(5000)]
    [InlineData(6000)]
    public void Int32DataBecomesRawDataAndNothingElseChanges(int elements)
    {
        var half = Build.Tensor("h", ElementType.Float16, elements);
        half.Int32Data.Add(Enumerable.Range(0, elements).Select(i => 0x8000 + i));
        half.DocString = "after the data";
        var source = Build.Model(new GraphProto
        {
            Initializer = { Build.Raw("before", 1, 2), half.Clone(), Build.Raw("after", 3) },
            Node = { Build.Node("If", "n", "y", new AttributeProto { Name = "then_branch", G = Build.Graph(half.Clone()) }) },
        });
        using var model = OnnxModel.Open(_folder.Write("m.onnx", source));
        var image = model.Excise(model.Weights);
        model.Weights.Where(weight => !weight.IsContiguous).Select(weight => weight.Path).ShouldBe(["n/then_branch/h", "h"]);

        foreach (var tensor in new[] { source.Graph.Initializer[1], source.Graph.Node[0].Attribute[0].G.Initializer[0] })
        {
            tensor.RawData = ByteString.CopyFrom([.. half.Int32Data.SelectMany(bits => new[] { (byte)bits, (byte)(bits >> 8) })]);
            tensor.Int32Data.Clear();
        }

        var restored = RoundTrip.InMemory(model, image);
        ModelProto.Parser.ParseFrom(restored).ShouldBe(source);
        restored.Length.ShouldBe(source.CalculateSize());
    }

    [Fact]
    public void OnlyExcisedInt32DataIsRewritten()
    {
        var half = Build.Tensor("h", ElementType.Float16, 2);
        half.Int32Data.Add([0x3C00, 0x3C01]);
        using var model = Open(half, Build.Raw("a", 1));
        RoundTrip.InMemory(model, model.Excise([model.Weights[1]])).ShouldBe(File.ReadAllBytes(model.Path));
    }

    [Fact]
    public void ScatteredFloatDataBecomesOneRawData()
    {
        // An empty raw_data at the end must not win over the new one.
        byte[] tensor =
        [
            0x08, 3, 0x10, 1, 0x25, .. Build.Bytes(1), 0x25, .. Build.Bytes(2), .. WeightPathTests.Message(8, "w"u8), 0x25, .. Build.Bytes(3),
                0x4A, 0,
        ];
        using var model = OnnxModel.Open(_folder.Write("m.onnx", WeightPathTests.Message(7, WeightPathTests.Message(5, tensor))));
        var restored = ModelProto.Parser.ParseFrom(RoundTrip.InMemory(model, model.Excise(model.Weights))).Graph.Initializer.ShouldHaveSingleItem();
        restored.FloatData.ShouldBeEmpty();
        restored.Name.ShouldBe("w");
        restored.RawData.ToByteArray().ShouldBe(Build.Bytes(1, 2, 3));
    }

    // The length prefix of the graph is padded to five bytes, as streaming writers do; a rewritten tensor inside may shorten it.
    [Fact]
    public void PaddedLengthPrefixesAreUnderstood()
    {
        var half = Build.Tensor("h", ElementType.BFloat16, 3);
        half.Int32Data.Add([0x3F80, 0x4000, 0x4040]);
        var graph = Build.Graph(half, Build.Raw("a", 1)).ToByteArray();
        using var model = OnnxModel.Open(_folder.Write("m.onnx", [0x3A, (byte)(graph.Length | 0x80), 0x80, 0x80, 0x80, 0, .. graph, 0x08, 8]));
        RoundTrip.InMemory(model, model.Excise([model.Weights[1]])).ShouldBe(File.ReadAllBytes(model.Path));
        var restored = ModelProto.Parser.ParseFrom(RoundTrip.InMemory(model, model.Excise(model.Weights)));
        restored.IrVersion.ShouldBe(8);
        restored.Graph.Initializer[0].RawData.ToByteArray().ShouldBe([0x80, 0x3F, 0x00, 0x40, 0x40, 0x40]);
        restored.Graph.Initializer[1].ShouldBe(Build.Raw("a", 1));
    }

    private OnnxModel Open(params TensorProto[] initializers) => OnnxModel.Open(_folder.Write("m.onnx", Build.Model(initializers)));
}
