using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Onnx.External;

public sealed class ExternalDataLayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, new long[] { 0, 12 }, 20)]
    [InlineData(16, new long[] { 0, 16 }, 24)]
    [InlineData(4096, new long[] { 0, 4096 }, 4104)]
    public void EveryTensorBeginsAtAMultiple(int alignment, long[] offsets, long length)
    {
        _folder.Write("w.bin", [7, 7, 7, 7, .. Build.Bytes(1, 2, 3), .. Build.Bytes(4, 5), 9]);
        using var original = Open(Build.External("a", "w.bin", 4, 3), Build.Raw("inside", 6, 7), Build.External("b", "w.bin", 16, 2));
        using var restored = Restore(original, alignment);
        restored.Weights.Where(w => w.Storage == WeightStorage.External).Select(w => w.Offset).ShouldBe(offsets);
        restored.Files[1].ShouldBe(new ModelFile("w.bin", length));
        ShouldHoldTheSame(restored, original);
    }

    [Fact]
    public void EverythingButTheOffsetsStaysAsItIs()
    {
        _folder.Write("w.bin", Build.Bytes(Build.Values(64)));
        var model = Build.Model(Build.External("a", "w.bin", 8, 4), Build.External("b", "w.bin", 100, 3));
        model.Graph.Initializer[1].ExternalData.Add(new StringStringEntryProto { Key = "checksum", Value = "x" });
        using var original = OnnxModel.Open(_folder.Write("m.onnx", model));
        using var restored = Restore(original, 128);
        model.Graph.Initializer[0].ExternalData[1].Value = "0";
        model.Graph.Initializer[1].ExternalData[1].Value = "128";
        ModelProto.Parser.ParseFrom(File.ReadAllBytes(restored.Path)).ShouldBe(model);
    }

    [Fact]
    public void AnOffsetThatIsLeftOutIsAddedAndOneThatComesTwiceIsNotKept()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2, 3, 4));
        var first = Build.External("a", ElementType.Float, "w.bin", "8", null, 2);
        first.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "0" });
        _folder.Write("v.bin", Build.Bytes(5, 6, 7));
        var second = Build.External("b", ElementType.Float, "./v.bin", null, null, 1);
        using var original = Open(first, Build.External("c", "w.bin", 8, 2), Build.External("d", "v.bin", 4, 2), second);
        using var restored = Restore(original, 64);
        restored.Weights.Select(w => w.Offset).ShouldBe([0, 64, 64, 0]);
        ShouldHoldTheSame(restored, original);
    }

    [Fact]
    public void TiedAndEmptyTensorsFollow()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2, 3, 4));
        using var original = Open(Build.External("a", "w.bin", 4, 2), Build.External("tied", "w.bin", 4, 2), Build.External("empty", "w.bin", 16, 0),
            Build.External("b", "w.bin", 12, 1));
        using var restored = Restore(original, 32);
        restored.Weights.Select(w => w.Offset).ShouldBe([0, 0, 0, 32]);
        ShouldHoldTheSame(restored, original);
    }

    [Fact]
    public void TensorsOfSubgraphsAndAttributesFollow()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2, 3, 4, 5));
        var branch = new AttributeProto { Name = "then_branch", G = Build.Graph(Build.External("inner", "w.bin", 4, 1)) };
        var value = new AttributeProto { Name = "value", T = Build.External("", "w.bin", 8, 3) };
        var graph = Build.Graph(Build.External("outer", "w.bin", 0, 1));
        graph.Node.Add(Build.Node("If", "branch", "x", branch));
        graph.Node.Add(Build.Node("Constant", "constant", "y", value));
        var model = Build.Model(graph);
        model.TrainingInfo.Add(new TrainingInfoProto { Initialization = Build.Graph(Build.External("start", "w.bin", 8, 3)) });
        using var original = OnnxModel.Open(_folder.Write("m.onnx", model));
        using var restored = Restore(original, 256);
        restored.Weights.ToDictionary(w => w.Path, w => w.Offset).Values.Order().ShouldBe([0, 256, 512, 512]);
        ShouldHoldTheSame(restored, original);
    }

    [Fact]
    public void LengthsAroundAnOffsetWithMoreDigitsGrowWithIt()
    {
        // A tensor of 125 bytes: eight digits more, and its prefix is two bytes long.
        _folder.Write("w.bin", Build.Bytes(1, 2));
        var tensor = Build.External(new string('n', 72), "w.bin", 4, 1);
        using var original = Open(Build.External("a", "w.bin", 0, 1), tensor);
        tensor.CalculateSize().ShouldBe(125);
        using var restored = Restore(original, 1 << 29);
        restored.Weights[1].Offset.ShouldBe(1 << 29);
        ShouldHoldTheSame(restored, original);
    }

    [Fact]
    public void AModelWithoutExternalDataStaysAsItIs()
    {
        using var original = Open(Build.Raw("a", 1, 2, 3));
        using var restored = Restore(original, 4096);
        File.ReadAllBytes(restored.Path).ShouldBe(File.ReadAllBytes(original.Path));
    }

    [Fact]
    public void AnOffsetThatIsNoNumberIsRefused()
    {
        var tensor = Build.External("a", ElementType.Float, "w.bin", "many", null, 1);
        var main = _folder.Write("m.onnx", Build.Model(tensor));
        var layout = new ModelLayout("m.onnxz", [new ModelFile("m.onnx", new FileInfo(main).Length), new ModelFile("w.bin", 4)], [new Hole(1, 0, 4)]);
        using var file = new OpenedFile(main);
        Should.Throw<CompressException>(() => new ExternalDataLayout(layout, 4).Rewrite(file, Stream.Null)).Diagnostics[0].Code.ShouldBe("CT2030");
    }

    [Fact]
    public void AFailureLeavesNothingBehind()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2));
        using var original = Open(Build.External("a", "w.bin", 4, 1));
        var image = original.Excise(original.Weights);
        Should.Throw<InvalidDataException>(() => ModelRestorer.ToFiles(
            image.Layout, RoundTrip.Skeleton(image), _folder["new/m.onnx"], overwrite: false, (_, _) =>
                throw new InvalidDataException(), new ExternalDataLayout(image.Layout, 64)));
        _folder.Entries.ShouldBe(["m.onnx", "w.bin"]);
    }

    private OnnxModel Open(params TensorProto[] initializers) => OnnxModel.Open(_folder.Write("m.onnx", Build.Model(initializers)));

    private OnnxModel Restore(OnnxModel model, int alignment)
    {
        var image = model.Excise([.. model.Weights.Where(weight => weight.CanExcise)]);
        ModelRestorer.ToFiles(
            image.Layout, RoundTrip.Skeleton(image), _folder["new/m.onnx"], overwrite: false, (hole, stream) =>
                stream.Write(model.ReadBytes(image.Weights[hole])), new ExternalDataLayout(image.Layout, alignment));
        return OnnxModel.Open(_folder["new/m.onnx"]);
    }

    private static void ShouldHoldTheSame(OnnxModel restored, OnnxModel original)
    {
        restored.Weights.Select(w => w.Path).ShouldBe(original.Weights.Select(w => w.Path));
        foreach (var (one, other) in restored.Weights.Zip(original.Weights))
            restored.ReadBytes(one).ToArray().ShouldBe(original.ReadBytes(other).ToArray());
    }
}
