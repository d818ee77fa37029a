using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Runtime;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>What is written, and what must not be.</summary>
public sealed class OutputPathsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("m.onnxz")]
    [InlineData("m.report.json")]
    public void NeitherArtifactNorReportOverwritesExternalData(string location)
    {
        var payload = RunnableModel.Payload(40, 30, 1);
        _folder.Write(location, payload);
        _folder.Write("m.onnx", Build.Model(RunnableModel.External("w", location, 0, 40, 30)));
        Error("models: [ m.onnx ]\noutput: .\nreport: json")
            .ShouldBe($"(1,11): error CT1033: \"{location}\" would overwrite \"{location}\", which the run reads; choose another \"output\" (--output) or "
                + "\"name\"");
        File.ReadAllBytes(_folder[location]).ShouldBe(payload);
    }

    [Fact]
    public void NorThroughALinkedFolder()
    {
        _folder.Write("data/m.onnxz", RunnableModel.Payload(40, 30, 1));
        _folder.Write("data/m.onnx", Build.Model(RunnableModel.External("w", "m.onnxz", 0, 40, 30)));
        Directory.CreateSymbolicLink(_folder["out"], _folder["data"]);
        Error("models: [ data/m.onnx ]\noutput: out").ShouldContain("error CT1033: \"out/m.onnxz\" would overwrite \"data/m.onnxz\"");
    }

    [Theory]
    [InlineData("a:b.onnx")]
    [InlineData("a\tb.onnx")]
    [InlineData(@"a\b.onnx")]
    public void AModelMayHaveAnyName(string name)
    {
        if (OperatingSystem.IsWindows())
            return;
        _folder.Write(name, Build.Model(RunnableModel.TwoLayers(RunnableModel.Matrix("first", 40, 50, 1), RunnableModel.Matrix("bias", 1, 50, 2),
            RunnableModel.Matrix("second", 50, 30, 3))));
        var options = new CompressionOptions { Output = _folder["out"], Probe = false };
        var outcome = Compressor.Run(CompressionSpec.ForModel(_folder[name], 0.99), options, null, default).Single();
        SpecRun.Restore(outcome.ArtifactPath, _folder["restored.onnx"]);
        new FileInfo(_folder["restored.onnx"]).Length.ShouldBe(new FileInfo(_folder[name]).Length);
    }

    [Theory]
    [InlineData("w", "W", "'w' and 'W' are the same file on systems that do not tell cases apart")]
    [InlineData("w", "ab:c", "'ab:c' is not a relative path")]
    [InlineData("w", "M.ONNX", "'m.onnx' and 'M.ONNX' are the same file")]
    public void ExternalDataMustHaveNamesThatEverySystemAllows(string first, string second, string violation)
    {
        if (OperatingSystem.IsWindows())
            return;
        _folder.Write(first, RunnableModel.Payload(40, 30, 1));
        _folder.Write(second, RunnableModel.Payload(40, 30, 2));
        _folder.Write("m.onnx", Build.Model(RunnableModel.External("a", first, 0, 40, 30), RunnableModel.External("b", second, 0, 40, 30)));
        Error("models: [ m.onnx ]")
            .ShouldContain($"error CT2090: No artifact can be made of the model with these names of external data: {violation}");
    }

    [Fact]
    public void ALongNameIsWrittenAndOneThatIsTooLongIsSaidSoFirst()
    {
        var name = new string('n', 240);
        _folder.Write($"{name}.onnx", Build.Model(RunnableModel.Matrix("w", 40, 30, 1)));
        var path = _folder.Write("compress.yml", System.Text.Encoding.UTF8.GetBytes($"models: [ {name}.onnx ]\nreport: json"));
        Compressor.Run(CompressionSpec.Load(path), new() { Probe = false }, null, default).Single().ReportPaths.Single()
            .ShouldEndWith($"{name}.report.json");
        Error($"models: [ {name}.onnx ]\nreport: junit").ShouldContain("(1,11): error CT3093: ");
    }

    [Fact]
    public void RestoringOverwritesNeitherTheArtifactNorAFolder()
    {
        _folder.Write("w.bin", RunnableModel.Payload(40, 30, 1));
        _folder.Write("m.onnx", Build.Model(RunnableModel.External("w", "w.bin", 0, 40, 30)));
        var artifact = SpecRun.Compress(_folder, "models: [ m.onnx ]\nrules: [ { weights: '**', stack: [ quantize: { r2: 0.9 } ] } ]").ArtifactPath;
        var bytes = File.ReadAllBytes(artifact);
        Directory.CreateDirectory(_folder["sub"]);
        foreach (var (target, code) in new[] { (artifact, "CT3092"), (_folder["sub"], "CT3091"), (_folder["artifacts/w.bin"], "CT2091") })
        {
            using var model = CompressTasks.Runtime.CompressedModel.Open(artifact);
            Should.Throw<CompressException>(() => model.Restore(target, overwrite: true)).Diagnostics[0].Code.ShouldBe(code);
        }

        File.ReadAllBytes(artifact).ShouldBe(bytes);
    }

    private string Error(string yaml)
    {
        var path = _folder.Write("compress.yml", System.Text.Encoding.UTF8.GetBytes(yaml));
        var error = Should.Throw<CompressException>(() => Compressor.Run(CompressionSpec.Load(path), new() { Probe = false }, null, default));
        return error.Diagnostics[0].ToString().Replace(path, "", StringComparison.Ordinal);
    }
}
