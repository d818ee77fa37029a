using CompressTasks.Compression;
using CompressTasks.Corpus;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Without a lossy stage, what comes back is what went in.</summary>
[Trait("Speed", "Slow")]
public sealed class LosslessRoundTripTests
{
    private const string LosslessRules = "rules: [ { weights: '**', stack: [ lossless ], minElements: 0 } ]\n";

    public static TheoryData<string> NpmModelNames => [.. NpmModels.All.Select(path => Path.GetFileName(path))];

    [NpmTheory]
    [MemberData(nameof(NpmModelNames))]
    public void ARealModelComesBackToTheByteAndRunsToTheBit(string name)
    {
        using var folder = new TemporaryFolder();
        var model = NpmModels.All.Single(path => Path.GetFileName(path) == name);
        var restored = Path.Combine(folder["restored"], name);
        var outcome = SpecRun.Compress(folder, $"models: [ {SpecRun.Quote(model)} ]\n{LosslessRules}report: json");
        SpecRun.Restore(outcome.ArtifactPath, restored);
        File.ReadAllBytes(restored).AsSpan().SequenceEqual(File.ReadAllBytes(model)).ShouldBeTrue();
        outcome.Report.Weights.ShouldBeEmpty();
        outcome.Report.Total.R2.ShouldBe(1);
        outcome.Report.Artifact.Bytes.ShouldBeLessThan(outcome.Report.Model.Bytes);

        var (before, after) = (OnnxRuntimeOutputs.Run(model, seed: 3), OnnxRuntimeOutputs.Run(restored, seed: 3));
        after.Count.ShouldBe(before.Count);
        before.Zip(after).ShouldAllBe(pair => pair.First.BitEquals(pair.Second));
    }

    [Fact]
    public void TheSampleModelComesBackWithoutAnyRule()
    {
        using var folder = new TemporaryFolder();
        var outcome = SpecRun.Compress(folder, $"models: [ {SpecRun.Quote(TinyGpt.Model)} ]\nreport: json");
        SpecRun.Restore(outcome.ArtifactPath, folder["m.onnx"]);
        File.ReadAllBytes(folder["m.onnx"]).AsSpan().SequenceEqual(File.ReadAllBytes(TinyGpt.Model)).ShouldBeTrue();
        outcome.Report.Coverage.Kept.Select(kept => kept.Reason).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(["int64, not floating-point", "no rule matches"]);
    }

    [OnnxTestDataFact]
    public void EveryBackendTestModelComesBack() =>
        Parallel.ForEach(OnnxTestData.Models.Index(), new ParallelOptions { MaxDegreeOfParallelism = 2 }, item =>
    {
        using var folder = new TemporaryFolder();
        var rules = item.Index % 2 == 0 || !HasTensors(item.Item) ? "" : LosslessRules;
        var spec = CompressionSpec.Parse($"models: [ {{ path: {SpecRun.Quote(item.Item)}, name: m }} ]\n{rules}report: json", folder["compress.yml"]);
        var outcome = Compressor.Run(spec, new CompressionOptions { Threads = 1 }, null, CancellationToken.None)[0];
        SpecRun.Restore(outcome.ArtifactPath, folder["restored.onnx"]);
        File.ReadAllBytes(folder["restored.onnx"]).AsSpan().SequenceEqual(File.ReadAllBytes(item.Item)).ShouldBeTrue(item.Item);
        outcome.Report.Weights.ShouldBeEmpty(item.Item);
    });

    /// <summary>A rule must have something to match.</summary>
    private static bool HasTensors(string path)
    {
        using var model = CompressTasks.Onnx.OnnxModel.Open(path);
        return model.Weights.Count > 0;
    }
}
