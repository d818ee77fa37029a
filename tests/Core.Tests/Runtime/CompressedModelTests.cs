using CompressTasks.Artifacts;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Runtime;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Runtime;

public sealed class CompressedModelTests : IDisposable
{
    private static readonly float[] _values = [.. Enumerable.Range(0, 1500).Select(i => i * i % 991 / 100f)];

    private readonly TemporaryFolder _folder = new();
    private readonly string _artifact;

    public CompressedModelTests()
    {
        _folder.Write("w.bin", Build.Bytes(Build.Values(40)));
        var half = Build.Tensor("half", ElementType.Float16, 30, 50);
        half.RawData = ByteString.CopyFrom([.. Enumerable.Range(0, 1500).SelectMany(i => BitConverter.GetBytes((Half)(i % 37 / 8.0)))]);
        _folder.Write("m.onnx",
            Build.Model(Build.Raw("lossy", _values), half, Build.Raw("exact", Build.Values(1000)), Build.Raw("bias", 1, 2, 3),
                Build.External("outside", "w.bin", 0, 40)));
        _artifact = SpecRun.Compress(_folder,
            "models: [ m.onnx ]\nrules: [ { weights: [ lossy, half ], stack: [ quantize: { r2: 0.95 } ] } ]\noutput: a\nreport: json").ArtifactPath;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WeightsAreListedAsTheyAre()
    {
        using var model = CompressedModel.Open(_artifact);
        model.Weights.Select(w => (w.Path, w.Dtype, string.Join('×', w.Shape), w.Bytes, w.Stack)).ShouldBe(
        [
            ("lossy", "float32", "1500", 6000, "quantize"),
            ("half", "float16", "30×50", 3000, "quantize"),
            ("exact", "float32", "1000", 4000, "lossless"),
            ("outside", "float32", "40", 160, "lossless"),
        ]);
        model.Weights.ShouldAllBe(w => w.CompressedBytes > 0);
        model.Weights.Sum(w => (long)w.CompressedBytes).ShouldBeLessThan(new FileInfo(_artifact).Length);
    }

    [Fact]
    public void AWeightDecodesToWhatTheRestoredModelHas()
    {
        using var model = CompressedModel.Open(_artifact);
        model.Restore(_folder["out/m.onnx"]);
        using var restored = OnnxModel.Open(_folder["out/m.onnx"]);
        foreach (var weight in model.Weights)
            model.Decode(weight).ShouldBe(restored.ReadBytes(restored.Weights.Single(w => w.Path == weight.Path)).ToArray(), weight.Path);
        model.Decode(model.Weights[2]).ShouldBe(Build.Bytes(Build.Values(1000)));
    }

    [Fact]
    public void AnyNumberOfThreadsRestoresTheSameBytes()
    {
        using var model = CompressedModel.Open(_artifact);
        foreach (var threads in new int?[] { 1, 2, 7, null })
            model.Restore(_folder[$"out{threads}/m.onnx"], threads: threads);
        foreach (var copy in new[] { "out2", "out7", "out" })
        {
            File.ReadAllBytes(_folder[$"{copy}/m.onnx"]).ShouldBe(File.ReadAllBytes(_folder["out1/m.onnx"]));
            File.ReadAllBytes(_folder[$"{copy}/w.bin"]).ShouldBe(Build.Bytes(Build.Values(40)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void RestoringOnNoThreadIsRefused(int threads)
    {
        using var model = CompressedModel.Open(_artifact);
        Should.Throw<ArgumentOutOfRangeException>(() => model.Restore(_folder["out/m.onnx"], threads: threads)).ParamName.ShouldBe("threads");
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    [Fact]
    public void SeveralThreadsMayDecodeOneModel()
    {
        using var model = CompressedModel.Open(_artifact);
        var expected = model.Weights.Select(model.Decode).ToList();
        Parallel.For(0, 64, i => model.Decode(model.Weights[i % 4]).AsSpan().SequenceEqual(expected[i % 4]).ShouldBeTrue());
    }

    [Theory]
    [InlineData("m.onnx")]
    [InlineData("w.bin")]
    public void AFileThatExistsIsReplacedOnlyOnRequest(string existing)
    {
        _folder.Write($"out/{existing}", "mine"u8.ToArray());
        using var model = CompressedModel.Open(_artifact);
        Should.Throw<CompressException>(() => model.Restore(_folder["out/m.onnx"])).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT2031");
        _folder.Entries.Where(e => e.StartsWith("out", StringComparison.Ordinal)).ShouldBe(["out", $"out/{existing}"]);
        File.ReadAllText(_folder[$"out/{existing}"]).ShouldBe("mine");

        model.Restore(_folder["out/m.onnx"], overwrite: true);
        OnnxModel.Open(_folder["out/m.onnx"]).Dispose();
        File.ReadAllBytes(_folder["out/w.bin"]).ShouldBe(Build.Bytes(Build.Values(40)));
    }

    [Fact]
    public void ADamagedArtifactLeavesNoHalfWrittenModel()
    {
        var bytes = File.ReadAllBytes(_artifact);
        long offset;
        using (var reader = ArtifactReader.Open(_artifact))
            offset = reader.Entries.Single(e => e.Weight.Path == "exact").Chunk.Offset;
        bytes[offset + 10] ^= 1;
        File.WriteAllBytes(_artifact, bytes);
        using var model = CompressedModel.Open(_artifact);
        var before = _folder.Entries.ToList();
        Should.Throw<CompressException>(() => model.Restore(_folder["out/m.onnx"])).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3010");
        _folder.Entries.ShouldBe(before);
        model.Decode(model.Weights[0]).Length.ShouldBe(6000);
    }

    [Fact]
    public void AMissingFileIsWhatProgramsExpect()
    {
        foreach (var name in new[] { "missing.onnxz", "missing.onnx", "a" })
        {
            var error = Should.Throw<FileNotFoundException>(() => CompressedModel.Open(_folder[name]));
            error.FileName.ShouldBe(_folder[name]);
            error.InnerException.ShouldBeOfType<CompressException>().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3001");
            error.Message.ShouldBe(error.InnerException.Message);
        }
    }

    [Fact]
    public void WhatIsNeitherArtifactNorModelIsRefused() =>
        Should.Throw<CompressException>(() => CompressedModel.Open(_folder["w.bin"])).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3005");

    [Fact]
    public void WhatOnlyOpensArtifactsRefusesModels() =>
        Should.Throw<CompressException>(() => CompressedModel.OpenArtifact(_folder["m.onnx"])).Diagnostics.ShouldHaveSingleItem().Code
            .ShouldBe("CT3005");

    [Fact]
    public void AStreamAndAnArrayTakeTheBytesOfTheRestoredFile()
    {
        _folder.Write("one.onnx",
            Build.Model(Build.Raw("lossy", _values), Build.Raw("exact", Build.Values(1000)), Build.Raw("tied", Build.Values(1000))));
        var artifact = SpecRun.Compress(_folder,
            "models: [ one.onnx ]\nrules: [ { weights: lossy, stack: [ quantize: { r2: 0.95 } ] } ]\noutput: b").ArtifactPath;
        using var model = CompressedModel.Open(artifact);
        model.Restore(_folder["restored.onnx"]);
        using var stream = new MemoryStream();
        stream.Write([1, 2, 3]);

        model.Restore(stream);

        var expected = File.ReadAllBytes(_folder["restored.onnx"]);
        stream.ToArray().ShouldBe([1, 2, 3, .. expected]);
        model.ToBytes().ShouldBe(expected);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => model.Restore(Stream.Null, cancelled.Token));
        Should.Throw<OperationCanceledException>(() => model.ToBytes(cancelled.Token));
    }

    [Fact]
    public void AStreamAndAnArrayHaveNoRoomForExternalData()
    {
        using var model = CompressedModel.Open(_artifact);
        foreach (var use in new Action[] { () => model.Restore(Stream.Null), () => model.ToBytes() })
            Should.Throw<CompressException>(use).Diagnostics.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                error => error.Code.ShouldBe("CT3206"),
                error => error.Message.ShouldContain("'w.bin'"));
    }

    [Fact]
    public void AWeightSaysWhatItIs()
    {
        using var model = CompressedModel.Open(_artifact);
        model.Weights[1].ToString().ShouldBe($"half: float16[30,50], 3000 bytes in {model.Weights[1].CompressedBytes}, quantize");
        model.Weights[2].ToString().ShouldStartWith("exact: float32[1000], 4000 bytes in ");
    }
}
