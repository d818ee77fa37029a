using CompressTasks.Core.Tests.Onnx;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Runtime;

namespace CompressTasks.Core.Tests.Compression;

public sealed class ExternalDataCompressionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BothFilesComeBackElsewhereToTheByte()
    {
        _folder.Write("in/data/w.bin", [.. Build.Bytes(Build.Values(1500)), 0, 0, 0, 0, .. Build.Bytes(Build.Values(7, 1))]);
        _folder.Write("in/m.onnx", Build.Model(
            Build.External("large", "data/w.bin", 0, 1500), Build.External("small", "data/w.bin", 6004, 7), Build.Raw("inside", Build.Values(400))));
        var outcome = SpecRun.Compress(_folder, "models: [ in/m.onnx ]\nrules: [ { weights: '**', stack: [ lossless ] } ]");
        outcome.Report.Model.Bytes.ShouldBe(new FileInfo(_folder["in/m.onnx"]).Length + 6032);

        SpecRun.Restore(outcome.ArtifactPath, _folder["out/copy.onnx"]);
        File.ReadAllBytes(_folder["out/copy.onnx"]).ShouldBe(File.ReadAllBytes(_folder["in/m.onnx"]));
        File.ReadAllBytes(_folder["out/data/w.bin"]).ShouldBe(File.ReadAllBytes(_folder["in/data/w.bin"]));
        using var artifact = CompressedModel.Open(outcome.ArtifactPath);
        artifact.Weights.Select(w => w.Path).ShouldBe(["large", "small", "inside"]);
    }

    // The first name's stack serves both: there is one place to fill.
    [Fact]
    public void TwoNamesForOnePlaceUnderDifferentStacksAreOneChunk()
    {
        float[] values = [.. Enumerable.Range(0, 1500).Select(i => i * i % 991 / 100f)];
        _folder.Write("w.bin", [.. Build.Bytes(values), .. Build.Bytes(values)]);
        _folder.Write("m.onnx", Build.Model(
            Build.External("copy", "w.bin", 6000, 1500), Build.External("a", "w.bin", 0, 1500), Build.External("b", "w.bin", 0, 1500)));
        var outcome = SpecRun.Compress(_folder, """
            models: [ m.onnx ]
            rules:
              - { weights: copy, stack: [ quantize: { r2: 0.9 } ] }
              - { weights: a, stack: [ quantize: { r2: 0.99 } ] }
              - { weights: b, stack: [ quantize: { r2: 0.999 } ] }
            """);
        outcome.Report.Weights.Select(w => w.Path).ShouldBe(["copy", "a"]);
        outcome.Report.Coverage.Shared.ShouldHaveSingleItem().ShouldBe(new("b", "a", 6000));

        SpecRun.Restore(outcome.ArtifactPath, _folder["out/m.onnx"]);
        using var restored = OnnxModel.Open(_folder["out/m.onnx"]);
        var decoded = restored.Weights.ToDictionary(w => w.Path, w => Values(restored, w));
        double[] original = [.. values];
        PlainR2.Of(original, decoded["copy"]).ShouldBeInRange(0.9, 0.985);
        PlainR2.Of(original, decoded["a"]).ShouldBeInRange(0.99, 0.9985);
        decoded["b"].ShouldBe(decoded["a"]);
    }

    [Fact]
    public void EqualWeightsUnderDifferentStacksDecodeToWhatTheirOwnStackPromises()
    {
        float[] values = [.. Enumerable.Range(0, 1500).Select(i => i * i % 991 / 100f)];
        _folder.Write("m.onnx", Build.Model([.. new[] { "coarse", "fine", "exact", "tied" }.Select(name => Build.Raw(name, values))]));
        var outcome = SpecRun.Compress(_folder, """
            models: [ m.onnx ]
            stacks: { coarse: [ quantize: { r2: 0.9 } ] }
            rules:
              - { weights: [ coarse, tied ], stack: coarse }
              - { weights: fine, stack: [ quantize: { r2: 0.999 } ] }
            """);
        SpecRun.Restore(outcome.ArtifactPath, _folder["out.onnx"]);
        var decoded = PlainWeights.Read(_folder["out.onnx"]);
        double[] original = [.. values];
        PlainR2.Of(original, decoded["coarse"]).ShouldBeInRange(0.9, 0.985);
        PlainR2.Of(original, decoded["fine"]).ShouldBeInRange(0.999, 0.99999);
        decoded["exact"].ShouldBe(original);
        decoded["tied"].ShouldBe(decoded["coarse"]);
        outcome.Report.Coverage.Shared.ShouldHaveSingleItem().ShouldBe(new("tied", "coarse", 6000));
    }

    private static double[] Values(OnnxModel model, OnnxWeight weight)
    {
        var values = new double[weight.Elements];
        model.ReadValues(weight, values);
        return values;
    }
}
