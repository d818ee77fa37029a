using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Calibration;

/// <summary>Moments of 480 KB for each of six layers, whose inputs take 90 KB each.</summary>
public sealed class CalibrationMemoryTests : IDisposable
{
    private const int Width = 240;
    private const int Layers = 6;

    private readonly TemporaryFolder _folder = new();

    public CalibrationMemoryTests()
    {
        var random = new Random(7);
        _folder.Write("model.onnx", Graphs.Model([("h0", [96, Width])], [("y", ElementType.Float)],
            [.. Enumerable.Range(0, Layers).Select(layer => Graphs.Matrix($"w{layer}", Width, Width, _ => (random.NextSingle() - 0.5f) / 5))],
            [.. Enumerable.Range(0, Layers).SelectMany(layer => (string[])
                [$"MatMul h{layer},w{layer} -> m{layer}", $"Tanh m{layer} -> {(layer == Layers - 1 ? "y" : $"h{layer + 1}")}"])]).ToByteArray());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatFitsAndWhatDoesNotGiveTheSameArtifact()
    {
        var fits = Compress("", threads: 2);
        var passes = new List<double>();
        var tight = Compress(", calibrationMemory: 1 MiB", threads: 1, passes.Add);
        passes.Count(share => share == Math.Round(share)).ShouldBeGreaterThan(1);
        File.ReadAllBytes(tight.ArtifactPath).ShouldBe(File.ReadAllBytes(fits.ArtifactPath));
        tight.Report.Search!.MomentsSha256.ShouldBe(fits.Report.Search!.MomentsSha256);
    }

    [Fact]
    public void MoreRowsThanAskedForAreSampledTheSameOnAnyThreads()
    {
        // 64 samples of 96 rows are more than the 4,096 that are always taken.
        var sampled = Compress(", calibrationPatches: 1", threads: 1, count: 64);
        var all = Compress(", calibrationPatches: 1000", threads: 1, count: 64);
        var again = Compress(", calibrationPatches: 1", threads: 3, count: 64);
        sampled.Report.Search!.MomentsSha256.ShouldNotBe(all.Report.Search!.MomentsSha256);
        File.ReadAllBytes(again.ArtifactPath).ShouldBe(File.ReadAllBytes(sampled.ArtifactPath));
        ((double)sampled.Report.Total.ArtifactBytes).ShouldBe(all.Report.Total.ArtifactBytes, 0.02 * all.Report.Total.ArtifactBytes);
    }

    /// <summary>One layer is measured at a time here, and the first one is always begun.</summary>
    [Fact]
    public void WhatThereIsNoTimeForIsNamed()
    {
        var outcome = Compress(", calibrationMemory: 1 MiB, maxTime: 0.001", threads: 2);
        var warning = outcome.Diagnostics.Single(diagnostic => diagnostic.Code == "CT4016");
        warning.Message.ShouldBe("model.onnx: maxTime left no time to measure the inputs of layers with 5 weights, coded without calibration: "
            + "w1, w2, w3, w4, w5. Allow more time, give fewer or smaller calibration samples, or a larger calibrationMemory, which saves runs of "
            + "the model.");
        (warning.Severity, warning.Location!.Line).ShouldBe((CompressTasks.Diagnostics.Severity.Warning, 2));
        outcome.Report.Search!.Weights.Where(weight => weight.Damping is not null).Select(weight => weight.Path).ShouldBe(["w0"]);
        outcome.Report.Search.Late.ShouldBe(["w1", "w2", "w3", "w4", "w5"]);
        outcome.Report.Search.Trials.ShouldHaveSingleItem();
        outcome.Report.Notes.Where(note => note.Contains("not calibrated", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldBe(
            "5 of 6 weights are not calibrated (w1, w2, w3, w4, w5): maxTime left no time to measure the inputs of the layer.");
        outcome.Report.Weights.Select(weight => (weight.Path, weight.ShownStack)).ShouldBe(
            [("w0", "calibrated quantize"), ("w1", "quantize"), ("w2", "quantize"), ("w3", "quantize"), ("w4", "quantize"), ("w5", "quantize")]);
    }

    private CompressionOutcome Compress(string options, int threads, Action<double>? calibrating = null, int count = 12) => SpecRun.Compress(
        _folder,
        FormattableString.Invariant(
            $$"""
            models: [ model.onnx ]
            rules: [ { weights: "**", stack: [ quantize: { for: outputs, calibration: { random: { seed: 7, count: {{count}} } }{{options}} } ] } ]
            gate: { outputs: { samples: { random: { seed: 1, count: 2 } }, r2: 0.9 } }
            """),
        threads,
        new ToldProgress(progress =>
        {
            if (progress.Phase == CompressionPhase.Calibrating)
                calibrating?.Invoke(progress.DoneBytes * 6.0 / progress.TotalBytes);
        }));
}
