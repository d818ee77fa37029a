using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Onnx;

public sealed class ExternalDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PayloadsAreReadFromTheFilesBesideTheModel()
    {
        _folder.Write("w.bin", [9, 9, 9, 9, .. Build.Bytes(1, 2, 3)]);
        _folder.Write("sub/v.bin", Build.Bytes(4));
        using var model = Open(Build.External("a", "w.bin", 4, 2), Build.External("v", "./sub//v.bin", 0, 1), Build.External("b", "w.bin", 12, 1));
        model.Files.Skip(1).ShouldBe([new ModelFile("w.bin", 16), new ModelFile("sub/v.bin", 4)]);
        model.Weights.ShouldAllBe(weight => weight.Storage == WeightStorage.External);
        model.Weights.Select(weight => model.ReadBytes(weight).ToArray()).ShouldBe([Build.Bytes(1, 2), Build.Bytes(4), Build.Bytes(3)]);
        byte[] all = [.. File.ReadAllBytes(model.Path), .. File.ReadAllBytes(_folder["w.bin"]), .. Build.Bytes(4)];
        model.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(all)));
    }

    [Fact]
    public void OffsetAndLengthMayBeLeftOut()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2, 3));
        using var model = Open(Build.External("a", ElementType.Float, "w.bin", null, null, 2));
        model.ReadBytes(model.Weights[0]).ToArray().ShouldBe(Build.Bytes(1, 2));
    }

    [Fact]
    public void ALengthOfZeroIsNone()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2, 3));
        using var model = Open(Build.External("a", ElementType.Float, "w.bin", "4", "0", 2));
        model.ReadBytes(model.Weights[0]).ToArray().ShouldBe(Build.Bytes(2, 3));
    }

    /// <summary>As the cache of Hugging Face has it: model and data are links into a store.</summary>
    [Fact]
    public void AModelThatIsALinkHasItsDataBesideTheFileBehindIt()
    {
        if (OperatingSystem.IsWindows())
            return;
        _folder.Write("blobs/d222", Build.Bytes(1, 2));
        _folder.Write("blobs/m111", Build.Model(Build.External("a", "model.onnx_data", 0, 2)));
        _folder.Write("elsewhere/e333", Build.Bytes(1, 2));
        Directory.CreateDirectory(_folder["snapshots/abc"]);
        File.CreateSymbolicLink(_folder["snapshots/abc/model.onnx"], "../../blobs/m111");
        File.CreateSymbolicLink(_folder["snapshots/abc/model.onnx_data"], "../../blobs/d222");
        using (var model = OnnxModel.Open(_folder["snapshots/abc/model.onnx"]))
            model.ReadBytes(model.Weights[0]).ToArray().ShouldBe(Build.Bytes(1, 2));

        File.Delete(_folder["snapshots/abc/model.onnx_data"]);
        File.CreateSymbolicLink(_folder["snapshots/abc/model.onnx_data"], "../../elsewhere/e333");
        Should.Throw<CompressException>(() => OnnxModel.Open(_folder["snapshots/abc/model.onnx"])).Diagnostics[0].Code.ShouldBe("CT2021");
    }

    [Fact]
    public void TiedWeightsShareOnePlace()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2));
        using var model = Open(Build.External("a", "w.bin", 0, 2), Build.External("tied", "w.bin", 0, 2));
        model.SharedWith(model.Weights[1]).ShouldBe(model.Weights[0]);
        var image = model.Excise(model.Weights);
        image.Weights.ShouldBe([model.Weights[0]]);
        image.Layout.Holes.ShouldBe([new Hole(1, 0, 8)]);
    }

    [Fact]
    public void ATiedWeightIsTracedToTheVeryFirstCopy()
    {
        var values = Build.Values(256);
        _folder.Write("w.bin", Build.Bytes(values));
        using var model = Open(Build.Raw("a", values), Build.External("b", "w.bin", 0, 256), Build.External("tied", "w.bin", 0, 256));
        model.Weights.Select(model.SharedWith).Select(weight => weight?.Path).ShouldBe([null, "a", "a"]);
    }

    [Fact]
    public void FilesAreRestoredWithZerosInTheGaps()
    {
        _folder.Write("w.bin", [7, 7, 7, 7, .. Build.Bytes(1, 2), 7, 7, .. Build.Bytes(3), 7, 7, 7]);
        _folder.Write("sub/v.bin", Build.Bytes(4));
        using var model = Open(Build.External("b", "w.bin", 14, 1), Build.External("a", "w.bin", 4, 2), Build.External("v", "sub/v.bin", 0, 1),
            Build.Raw("i", 5));
        var target = _folder["copy/m2.onnx"];
        RoundTrip.ToFiles(model, model.Excise(model.Weights), target);
        File.ReadAllBytes(target).ShouldBe(File.ReadAllBytes(model.Path));
        File.ReadAllBytes(_folder["copy/w.bin"]).ShouldBe([0, 0, 0, 0, .. Build.Bytes(1, 2), 0, 0, .. Build.Bytes(3), 0, 0, 0]);
        File.ReadAllBytes(_folder["copy/sub/v.bin"]).ShouldBe(Build.Bytes(4));
        _folder.Entries.Where(entry => entry.StartsWith("copy", StringComparison.Ordinal))
            .ShouldBe(["copy", "copy/m2.onnx", "copy/sub", "copy/sub/v.bin", "copy/w.bin"]);
    }

    [Fact]
    public void LeavingAnExternalWeightOutIsRefused()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2));
        using var model = Open(Build.External("a", "w.bin", 0, 1), Build.External("b", "w.bin", 4, 1));
        Should.Throw<ArgumentException>(() => model.Excise([model.Weights[0]])).Message.ShouldContain("'b'");
    }

    [Theory]
    [InlineData(null, "0", "8", "CT2020")]
    [InlineData("", "0", "8", "CT2020")]
    [InlineData("/etc/hosts", "0", "8", "CT2021")]
    [InlineData("C:w.bin", "0", "8", "CT2021")]
    [InlineData("\\\\server\\w.bin", "0", "8", "CT2021")]
    [InlineData("../w.bin", "0", "8", "CT2021")]
    [InlineData("sub/../w.bin", "0", "8", "CT2021")]
    [InlineData("sub\\..\\..\\w.bin", "0", "8", "CT2021")]
    [InlineData("sub/", "0", "8", "CT2021")]
    [InlineData(".", "0", "8", "CT2021")]
    [InlineData("w\0.bin", "0", "8", "CT2021")]
    [InlineData("m.onnx", "0", "8", "CT2021")]
    [InlineData("missing.bin", "0", "8", "CT2022")]
    [InlineData("sub", "0", "8", "CT2022")]
    [InlineData("w.bin", "-1", "8", "CT2023")]
    [InlineData("w.bin", "0x10", "8", "CT2023")]
    [InlineData("w.bin", "0", "99999999999999999999", "CT2023")]
    [InlineData("w.bin", "1", "8", "CT2024")]
    [InlineData("w.bin", "9223372036854775807", "8", "CT2024")]
    [InlineData("w.bin", "0", "4", "CT2014")]
    public void WhatIsWrongIsSaid(string? location, string offset, string length, string code)
    {
        _folder.Write("w.bin", Build.Bytes(1, 2));
        _folder.Write("sub/x", [1]);
        Refused(code, Build.External("the weight", ElementType.Float, location, offset, length, 2));
    }

    [Fact]
    public void AMissingFileIsNamedWithTheWeightThatNeedsIt()
    {
        var message = Refused("CT2022", Build.External("the weight", "gone.bin", 0, 2)).Message;
        message.ShouldContain("gone.bin");
        message.ShouldContain("the weight");
    }

    [Fact]
    public void ATensorBeyondTwoGigabytesIsRefused() => Refused("CT2015", Build.External("w", "w.bin", 0, 1L << 29));

    [Fact]
    public void OverlappingWeightsAreRefused()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2, 3));
        Refused("CT2025", Build.External("a", "w.bin", 0, 2), Build.External("b", "w.bin", 4, 2));
        Refused("CT2025", Build.External("a", "w.bin", 0, 1), Build.External("b", ElementType.Int32, "w.bin", "0", "4", 1));
    }

    [Fact]
    public void LinksMustStayInTheFolder()
    {
        _folder.Write("outside.bin", Build.Bytes(1));
        _folder.Write("outside/w.bin", Build.Bytes(1));
        _folder.Write("model/real.bin", Build.Bytes(1));
        File.CreateSymbolicLink(_folder["model/in.bin"], "real.bin");
        File.CreateSymbolicLink(_folder["model/out.bin"], _folder["outside.bin"]);
        File.CreateSymbolicLink(_folder["model/loop.bin"], "loop.bin");
        Directory.CreateSymbolicLink(_folder["model/folder"], _folder["outside"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["model"]);

        string Model(string location) => _folder.Write("model/m.onnx", Build.Model(Build.External("w", location, 0, 1)));
        OnnxModel.Open(Model("in.bin")).Dispose();
        Model("real.bin");
        OnnxModel.Open(_folder["link/m.onnx"]).Dispose();
        foreach (var location in new[] { "out.bin", "folder/w.bin", "loop.bin" })
            Should.Throw<CompressException>(() => OnnxModel.Open(Model(location))).Diagnostics[0].Code.ShouldBe("CT2021");
        File.Delete(_folder["model/real.bin"]);
        Should.Throw<CompressException>(() => OnnxModel.Open(Model("in.bin"))).Diagnostics[0].Code.ShouldBe("CT2022");
    }

    [Fact]
    public void AnEmptyFileServesEmptyTensors()
    {
        _folder.Write("w.bin", []);
        using var model = Open(Build.External("w", "w.bin", 0, 0));
        RoundTrip.ToFiles(model, model.Excise([]), _folder["copy/m.onnx"]);
        new FileInfo(_folder["copy/w.bin"]).Length.ShouldBe(0);
    }

    private CompressException Refused(string code, params TensorProto[] initializers)
    {
        var error = Should.Throw<CompressException>(() => Open(initializers).Dispose());
        error.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(code);
        return error;
    }

    private OnnxModel Open(params TensorProto[] initializers) => OnnxModel.Open(_folder.Write("m.onnx", Build.Model(initializers)));
}
