using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;
using static CompressTasks.Core.Tests.Runtime.RunnableModel;

namespace CompressTasks.Core.Tests.Runtime;

/// <summary>An app that opens artifacts opens the models too that its build has not compressed.</summary>
public sealed class PlainModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PathStreamAndMemoryOpenAnOrdinaryModel()
    {
        var path = WriteModel();
        var bytes = File.ReadAllBytes(path);
        using var expected = new InferenceSession(path);
        using var stream = new MemoryStream([1, 2, .. bytes]) { Position = 2 };
        foreach (var model in new[] { CompressedModel.Open(path), CompressedModel.Open(stream), CompressedModel.Open(bytes.AsMemory()) })
        {
            using (model)
            {
                model.IsCompressed.ShouldBeFalse();
                model.Weights.ShouldBeEmpty();
                using var session = model.CreateSession();
                SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(expected, "m"));
                model.ToBytes().ShouldBe(bytes);
            }
        }
    }

    [Fact]
    public void TheContentDecidesAndNotTheName()
    {
        File.Move(WriteModel(), _folder["model.onnxz"]);
        using (var model = CompressedModel.Open(_folder["model.onnxz"]))
            model.IsCompressed.ShouldBeFalse();
        File.Move(Compress(_folder, Layers()), _folder["artifact.onnx"]);
        using (var model = CompressedModel.Open(_folder["artifact.onnx"]))
            model.IsCompressed.ShouldBeTrue();
    }

    [Fact]
    public async Task SessionsAreMadeInTheBackgroundToo()
    {
        using var model = CompressedModel.Open(WriteModel());
        using var session = await model.CreateSessionAsync();
        session.OutputMetadata.Keys.ShouldBe(["y"]);
    }

    [Fact]
    public void ExternalDataIsFoundBesideTheModelAndCopied()
    {
        var path = WriteExternal();
        using var model = CompressedModel.Open(path);
        using (var session = model.CreateSession())
            session.OutputMetadata.Keys.ShouldBe(["y"]);

        model.Restore(_folder["copy/n.onnx"]);
        File.ReadAllBytes(_folder["copy/n.onnx"]).ShouldBe(File.ReadAllBytes(path));
        File.ReadAllBytes(_folder["copy/w.bin"]).ShouldBe(Payload(Inputs, OutputSize, 1));
        Should.Throw<CompressException>(() => model.Restore(_folder["copy/n.onnx"])).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT2031");
        Should.Throw<NotSupportedException>(() => model.Restore(_folder["aligned/n.onnx"], alignment: 4096));
    }

    [Fact]
    public void ExternalDataDoesNotComeWithAStream()
    {
        var path = WriteExternal();
        using var memory = CompressedModel.Open(File.ReadAllBytes(path));
        using var file = CompressedModel.Open(path);
        foreach (var use in new Action[] { () => memory.CreateSession(), () => memory.Restore(_folder["copy.onnx"]), () => file.ToBytes(),
            () => file.Restore(Stream.Null) })
            Should.Throw<CompressException>(use).Diagnostics.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                error => error.Code.ShouldBe("CT3206"),
                error => error.Message.ShouldContain("'w.bin'"));
        File.Exists(_folder["copy.onnx"]).ShouldBeFalse();
    }

    [Fact]
    public void ADamagedModelIsRefusedWhenItIsOpened()
    {
        var bytes = File.ReadAllBytes(WriteModel());
        Should.Throw<CompressException>(() => CompressedModel.Open(bytes.AsMemory(0, bytes.Length - 100))).Diagnostics.ShouldHaveSingleItem()
            .Code.ShouldBe("CT2008");
        Should.Throw<CompressException>(() => CompressedModel.Open(_folder.Write("text.onnx", "no model"u8.ToArray()))).Diagnostics
            .ShouldHaveSingleItem().Code.ShouldBe("CT3005");
    }

    [Fact]
    public void WeightsOfAnArtifactAreNotItsOwn()
    {
        using var artifact = CompressedModel.Open(Compress(_folder, Layers()));
        using var model = CompressedModel.Open(WriteModel());
        Should.Throw<ArgumentException>(() => model.Decode(artifact.Weights[0])).ParamName.ShouldBe("weight");
    }

    private static GraphProto Layers() =>
        TwoLayers(Matrix("first", Inputs, Hidden, 1), Build.Raw("bias", Build.Values(Hidden)), Matrix("second", Hidden, OutputSize, 2));

    private string WriteModel() => _folder.Write("plain.onnx", Build.Model(Layers()));

    private string WriteExternal()
    {
        _folder.Write("w.bin", Payload(Inputs, OutputSize, 1));
        return _folder.Write("external.onnx", Build.Model(Operation("MatMul", External("w", "w.bin", 0, Inputs, OutputSize))));
    }
}
