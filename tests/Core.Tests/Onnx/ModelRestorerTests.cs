using CompressTasks.Diagnostics;
using CompressTasks.Onnx;

namespace CompressTasks.Core.Tests.Onnx;

public sealed class ModelRestorerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFailingPayloadLeavesNothingBehind()
    {
        using var model = Model();
        var image = model.Excise(model.Weights);
        Should.Throw<InvalidDataException>(() => ModelRestorer.ToFiles(
            image.Layout, RoundTrip.Skeleton(image), _folder["new/deep/copy.onnx"], overwrite: false, (hole, stream) =>
            {
                if (hole == 1)
                    throw new InvalidDataException();
                stream.Write(model.ReadBytes(image.Weights[hole]));
            }));
        _folder.Entries.ShouldBe(["m.onnx", "w.bin"]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void APayloadOfAnotherLengthIsRefused(int excess)
    {
        using var model = Model();
        var image = model.Excise(model.Weights);
        Should.Throw<InvalidOperationException>(() => ModelRestorer.ToFiles(
            image.Layout, RoundTrip.Skeleton(image), _folder["copy/m.onnx"], overwrite: false, (hole, stream) =>
                stream.Write(new byte[image.Layout.Holes[hole].Length + excess])));
        _folder.Entries.ShouldBe(["m.onnx", "w.bin"]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void ASkeletonOfAnotherLengthIsRefused(int excess)
    {
        using var model = Model();
        var image = model.Excise(model.Weights);
        var skeleton = new byte[image.Layout.SkeletonLength + excess];
        Should.Throw<CompressException>(() => ModelRestorer.ToFiles(
            image.Layout, new MemoryStream(skeleton), _folder["copy/m.onnx"], overwrite: false, (hole, stream) =>
                stream.Write(new byte[image.Layout.Holes[hole].Length])))
            .Diagnostics[0].Code.ShouldBe("CT2030");
        _folder.Entries.ShouldBe(["m.onnx", "w.bin"]);
        var layout = new ModelLayout("a", [new ModelFile("m", 4)], [new Hole(0, 1, 2)]);
        Should.Throw<CompressException>(() => ModelRestorer.ToBuffer(layout, new MemoryStream(new byte[2 + excess]))).Diagnostics[0]
            .Code.ShouldBe("CT2030");
    }

    [Fact]
    public void FilesAreReplacedOnlyWhenThatIsAllowed()
    {
        using var model = Model();
        var image = model.Excise(model.Weights);

        // The main file is new, but its external data would replace the original's.
        Should.Throw<CompressException>(() => RoundTrip.ToFiles(model, image, _folder["copy.onnx"])).Diagnostics[0].Code.ShouldBe("CT2031");
        _folder.Entries.ShouldBe(["m.onnx", "w.bin"]);
        RoundTrip.ToFiles(model, image, _folder["copy.onnx"], overwrite: true);
        _folder.Entries.ShouldBe(["copy.onnx", "m.onnx", "w.bin"]);
        File.ReadAllBytes(_folder["copy.onnx"]).ShouldBe(File.ReadAllBytes(model.Path));
    }

    [Fact]
    public void NothingIsWrittenThroughALinkOutOfTheFolder()
    {
        Directory.CreateDirectory(_folder["elsewhere"]);
        Directory.CreateDirectory(_folder["target"]);
        Directory.CreateSymbolicLink(_folder["target/sub"], _folder["elsewhere"]);
        var layout = new ModelLayout("model.onnxz", [new ModelFile("m", 0), new ModelFile("sub/w.bin", 4)], [new Hole(1, 0, 4)]);
        Should.Throw<CompressException>(() =>
            ModelRestorer.ToFiles(layout, Stream.Null, _folder["target/m.onnx"], overwrite: true, (_, stream) => stream.Write(new byte[4])))
            .Diagnostics[0].Code.ShouldBe("CT2021");
        _folder.Entries.ShouldBe(["elsewhere", "target", "target/sub"]);
    }

    [Fact]
    public void HostileLayoutsAreRefused()
    {
        Refused([], []);
        Refused([new ModelFile("m", -1)], []);
        Refused([new ModelFile("m", 8), new ModelFile("../x", 8)], []);
        Refused([new ModelFile("m", 8), new ModelFile("/x", 8)], []);
        Refused([new ModelFile("m", 8), new ModelFile("a//x", 8)], []);
        Refused([new ModelFile("m", 8), new ModelFile("x", 8), new ModelFile("X", 8)], []);
        Refused([new ModelFile("m", 1L << 31)], []);
        foreach (
            var hole in new Hole[] { new(0, 5, 4), new(0, -1, 4), new(0, 4, 0), new(0, 4, -4), new(1, 0, 1), new(-1, 0, 1),
                new(0, long.MaxValue, 4) })
            Refused([new ModelFile("m", 8)], [hole]);
        Refused([new ModelFile("m", 8)], [new Hole(0, 0, 4), new Hole(0, 3, 4)]);
        Refused([new ModelFile("m", 8), new ModelFile("x", 8)], [new Hole(1, 0, 4), new Hole(0, 4, 4)]);
    }

    private static void Refused(ModelFile[] files, Hole[] holes) =>
        Should.Throw<CompressException>(() => new ModelLayout("model.onnxz", files, holes)).Diagnostics[0].Code.ShouldStartWith("CT20");

    private OnnxModel Model()
    {
        _folder.Write("w.bin", Build.Bytes(4, 5));
        return OnnxModel.Open(_folder.Write("m.onnx", Build.Model(Build.Raw("a", 1, 2, 3), Build.External("b", "w.bin", 0, 2))));
    }
}
