using CompressTasks.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression.Search;

[Trait("Speed", "Slow")]
public sealed class OutputSearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The smallest passing spec with one R² for every weight is larger than this one, which does not pass.</summary>
    [Fact]
    public void TheSampleIsAQuarterSmallerThanWithEqualWeights()
    {
        var equal = TinyGptWith("r2: 0.9974");
        equal.Accepted.ShouldBeFalse();

        var searched = TinyGptWith("for: outputs");
        searched.Diagnostics.ShouldBeEmpty();
        searched.Report.Outputs!.Pooled.R2!.Value.ShouldBeInRange(0.999, 0.9993);
        searched.Report.Total.ArtifactBytes.ShouldBeLessThan((long)(0.75 * equal.Report.Total.ArtifactBytes));

        var search = searched.Report.Search!;
        (search.IsGate, search.TimedOut, search.Calibration.Count, search.CalibrationR2, search.MomentsSha256)
            .ShouldBe((true, false, 32, null, null));
        search.Weights.Select(weight => weight.Path).ShouldBe(searched.Report.Weights.Select(weight => weight.Path));
        search.Weights.ShouldAllBe(weight => weight.Damping == null);
        search.Trials.Where(trial => trial.Passed).Min(trial => trial.Bytes).ShouldBe(search.Trials.Single(trial => trial.IsTaken).Bytes);
        search.Trials.Single(trial => trial.IsTaken).Bytes.ShouldBe(searched.Report.Weights.Sum(weight => weight.CompressedBytes));
    }

    /// <summary>On all samples ReadmeTests (samples/TinyGpt/smallest.yml, below 0.95 MB) and CompressSamplesTests calibrate.</summary>
    [Fact]
    public void ACalibrationOnFourSamplesIsFoundOut()
    {
        var data = File.ReadAllBytes(TinyGpt.Calibration);
        using (var archive = new System.IO.Compression.ZipArchive(new MemoryStream(data)))
        using (var stream = archive.GetEntry("tokens.npy")!.Open())
        using (var copy = new MemoryStream())
        {
            stream.CopyTo(copy);
            var header = System.Text.Encoding.Latin1.GetString(copy.ToArray(), 0, 128).Replace("(48, 128), ", "(4, 128), ", StringComparison.Ordinal)
                .Replace("}", "} ", StringComparison.Ordinal)[..128];
            var few = System.Text.Encoding.Latin1.GetBytes(header[..127] + "\n").Concat(copy.ToArray().Skip(128).Take(4 * 128 * 8)).ToArray();
            using var file = new MemoryStream();
            using (var output = new System.IO.Compression.ZipArchive(file, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
            using (var entry = output.CreateEntry("tokens.npy").Open())
                entry.Write(few);
            _folder.Write("few.npz", file.ToArray());
        }

        var outcome = TinyGptWith("for: outputs, calibration: few.npz");
        outcome.Accepted.ShouldBeTrue();
        outcome.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT4011");
        outcome.InputPaths.ShouldContain(_folder["few.npz"]);

        // The position embedding comes in through a Slice: its inputs cannot be seen.
        outcome.Report.Search!.Weights.Where(weight => weight.Damping is null).Select(weight => weight.Path).ShouldBe(["wpe.weight"]);
        outcome.Report.Search.MomentsSha256!.Length.ShouldBe(64);
        (1 - outcome.Report.Search!.CalibrationR2!.Value).ShouldBeLessThan((1 - outcome.Report.Outputs!.Pooled.R2!.Value) / 2);
    }

    /// <summary>One step in time each: 64 inputs for convolutions of up to 387 directions mislead more than they help.</summary>
    [NpmFact]
    public void FewInputsAreNotTrustedWhenPlainCodingIsSmaller()
    {
        var outcome = SpecRun.Compress(_folder,
            $$"""
            models: [ {{SpecRun.Quote(NpmModels.SileroHalf)}} ]
            rules: [ { weights: "**", tables: code, stack: [ quantize: { for: outputs, calibration: {{Steps(7)}} } ] } ]
            gate: { outputs: { samples: {{Steps(1)}}, r2: 0.99 } }
            """);
        outcome.Accepted.ShouldBeTrue();
        outcome.Diagnostics.Select(diagnostic => diagnostic.Code).ShouldBe(["CT4010", "CT4011", "CT4013"]);
        outcome.Diagnostics[1].Message.ShouldContain("so it is coded without");
        outcome.Report.Search!.IsCalibrationGivenUp.ShouldBeTrue();
        outcome.Report.Search.Weights.ShouldAllBe(weight => weight.Damping == null);
        outcome.Report.Search.CalibrationR2!.Value.ShouldBeInRange(0.99, 1);
        outcome.Report.Search.MomentsSha256!.Length.ShouldBe(64);

        static string Steps(int seed) => $"{{ random: {{ seed: {seed}, count: 64, shapes: {{ input: [ 1, 576 ], state: [ 2, 1, 128 ] }} }} }}";
    }

    [Theory]
    [InlineData("{ random: { seed: 1, count: 16 } }", "calibrated on the samples that the gate judges by")]
    [InlineData("{ random: { seed: 2, count: 16 } }", "calibrated on random samples")]
    public void CalibrationThatSaysLittleIsWarnedOf(string calibration, string expected)
    {
        var warning = Compress(TwoLayers(gain: 3), "r2: 0.99", options: $", calibration: {calibration}")
            .Diagnostics.First(diagnostic => diagnostic.Code == "CT4010");
        warning.Message.ShouldContain(expected);
        warning.Severity.ShouldBe(CompressTasks.Diagnostics.Severity.Warning);
    }

    [Fact]
    public void LittleMemoryMeansMorePassesAndTheSameArtifact()
    {
        // Moments of 400 inputs take more than 1 MiB.
        var random = new Random(5);
        TensorProto[] weights = [Graphs.Matrix("a", 400, 8, _ => random.NextSingle() - 0.5f),
            Graphs.Matrix("b", 400, 8, _ => random.NextSingle() - 0.5f)];
        var model = Graphs.Model([("x", [8, 400]), ("z", [8, 400])], [("y", ElementType.Float)], weights, "MatMul x,a -> p", "MatMul z,b -> q",
            "Add p,q -> y");
        var once = Compress(model, "r2: 0.99", options: ", calibration: { random: { seed: 2, count: 1000 } }");
        var bytes = File.ReadAllBytes(once.ArtifactPath);
        var twice = Compress(model, "r2: 0.99", options: ", calibration: { random: { seed: 2, count: 1000 } }, calibrationMemory: 1 MiB", threads: 1);
        File.ReadAllBytes(twice.ArtifactPath).ShouldBe(bytes);
        twice.Report.Search!.MomentsSha256.ShouldBe(once.Report.Search!.MomentsSha256);
        once.Report.Search.Weights.ShouldAllBe(weight => weight.Damping > 0);
    }

    /// <summary>y = A x + 1000 (x − B x) would be ruined by the same error in B as in A.</summary>
    [Fact]
    public void AWeightThatMattersMoreGetsMoreBits()
    {
        var outcome = Compress(TwoLayers(gain: 1000), "r2: 0.999");
        outcome.Diagnostics.ShouldBeEmpty();
        var weights = outcome.Report.Weights.ToDictionary(weight => weight.Path);
        (weights["b"].BitsPerWeight - weights["a"].BitsPerWeight)
            .ShouldBeGreaterThan(4); // log2(1000) = 10 bits of step; A can save no more than it has.
        outcome.Report.Search!.IsGate.ShouldBeTrue();
    }

    /// <summary>
    /// A sensitivity is the lost share of the variance per squared error: for y = x W it is Σx² / Σ(y − mean)², the same for all elements when x is
    /// white.
    /// </summary>
    [Fact]
    public void TheSensitivityOfALinearLayerIsThatOfArithmetic()
    {
        var random = new Random(3);
        var w = Graphs.Matrix("a", 64, 64, _ => random.NextSingle() - 0.5f);
        var model = Graphs.Model([("x", [-1, 64])], [("y", ElementType.Float)], [w], "MatMul x,a -> y");
        var outcome = Compress(model, "r2: 0.99", count: 400);

        // Uniform inputs have the variance 1/3 each, so an output's is 64 · 1/3 · 1/12, and an error e in the weights adds 1/3 Σe² to the sum over 64
        // outputs.
        outcome.Report.Search!.Weights.ShouldHaveSingleItem().Sensitivity!.Value.ShouldBe(36.0 / (3 * 64 * 64), 0.15 * 36.0 / (3 * 64 * 64));
    }

    [Fact]
    public void AWeightWithoutEffectIsCodedWellByItself()
    {
        var random = new Random(4);
        TensorProto[] weights = [Graphs.Matrix("a", 48, 48, _ => random.NextSingle()), Graphs.Matrix("unused", 48, 48, _ => random.NextSingle())];
        var model = Graphs.Model([("x", [1, 48])], [("y", ElementType.Float)], weights, "MatMul x,a -> y0", "MatMul x,unused -> z",
            "Sub z,z -> nothing", "Add y0,nothing -> y");
        var outcome = Compress(model, "r2: 0.9");
        outcome.Diagnostics.ShouldBeEmpty();
        outcome.Report.Search!.Weights.Single(weight => weight.Path == "unused").Sensitivity.ShouldBe(0);
        outcome.Report.Weights.Single(weight => weight.Path == "unused").R2.ShouldBeInRange(0.999, 0.9999);
        outcome.Report.Weights.Single(weight => weight.Path == "a").R2.ShouldBeLessThan(0.99);
    }

    /// <summary>Nothing can be found for what nothing can be said of.</summary>
    [Fact]
    public void AThresholdThatNoOutputHasIsSaidBeforeTheSearch()
    {
        var random = new Random(7);
        var weights = Graphs.Matrix("a", 48, 48, _ => random.NextSingle() - 0.5f);
        var model = Graphs.Model([("x", [1, 48])], [("label", ElementType.Int64)], [weights], "MatMul x,a -> y", "ArgMax y -> label");
        Should.Throw<CompressException>(() => Compress(model, "r2: 0.9")).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT1511");
    }

    /// <summary>The other weights are coded as their own stacks say, and are in the artifact as the search saw them.</summary>
    [Fact]
    public void WeightsOfOtherStacksAreCodedAsTheseSay()
    {
        var outcome = Compress(TwoLayers(gain: 3), "r2: 0.99", rules: "{ weights: a, stack: [ quantize: { r2: 0.9999 } ] }, ");
        outcome.Accepted.ShouldBeTrue();
        outcome.Report.Search!.Weights.Select(weight => weight.Path).ShouldBe(["b"]);
        outcome.Report.Weights.Single(weight => weight.Path == "a").R2.ShouldBeInRange(0.9999, 0.9999 + 0.0002);
        outcome.Report.Outputs!.Pooled.R2!.Value.ShouldBe(outcome.Report.Search.Trials.Where(trial => trial.Passed)
            .MinBy(trial => trial.Bytes)!.OutputR2!.Value, 1e-9);
    }

    [Fact]
    public void TheFloorHoldsForEveryWeight()
    {
        var outcome = Compress(TwoLayers(gain: 1000), "r2: 0.99", options: ", floor: 0.97");
        outcome.Report.Weights.Min(weight => weight.R2).ShouldBeInRange(0.97, 0.99);
    }

    [Fact]
    public void TheResultDoesNotDependOnThreads()
    {
        var model = TwoLayers(gain: 30);
        var one = Compress(model, "r2: 0.995", threads: 1);
        var bytes = File.ReadAllBytes(one.ArtifactPath);
        File.ReadAllBytes(Compress(model, "r2: 0.995", threads: 3).ArtifactPath).ShouldBe(bytes);
    }

    [Theory]
    [InlineData("cosine: 0.9999")]
    [InlineData("top1: 0.95")]
    public void OtherThresholdsCanBeSearchedFor(string threshold)
    {
        var outcome = Compress(TwoLayers(gain: 3), threshold, count: 200);
        outcome.Diagnostics.ShouldBeEmpty();
        outcome.Report.Search!.Trials.ShouldContain(trial => !trial.Passed);
    }

    [Fact]
    public void WhatNoArtifactReachesFailsTheGateWithTheNearest()
    {
        // A is so bad that no B can help.
        var outcome = Compress(TwoLayers(gain: 3), "r2: 0.999", rules: "{ weights: a, stack: [ quantize: { r2: 0.5 } ] }, ");
        outcome.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT4005");
        outcome.Report.Search!.Trials.ShouldAllBe(trial => !trial.Passed);
        outcome.Report.Outputs!.Pooled.R2!.Value.ShouldBe(outcome.Report.Search.Trials.Max(trial => trial.OutputR2!.Value), 1e-9);
    }

    [Fact]
    public void WhenTimeIsOverTheBestSoFarIsTakenWithAWarning()
    {
        var outcome = Compress(TwoLayers(gain: 3), "r2: 0.5", options: ", maxTime: 0.001");
        outcome.Accepted.ShouldBeTrue();
        var warning = outcome.Diagnostics.First(diagnostic => diagnostic.Code == "CT4009");
        (warning.Severity, warning.Location!.Line).ShouldBe((CompressTasks.Diagnostics.Severity.Warning, 2));
        outcome.Report.Search!.TimedOut.ShouldBeTrue();
        outcome.Report.Search.Trials.Count.ShouldBeLessThan(5);
    }

    /// <summary>
    /// Without time to measure, weights are held to what they lose of themselves: it does not matter what they are multiplied with afterwards.
    /// </summary>
    [Fact]
    public void WithoutTimeToMeasureStepsGoWithTheSizeOfWeights()
    {
        var found = new[] { 1f, MathF.ScaleB(1, -17) }.Select(scale =>
        {
            var random = new Random(6);
            TensorProto[] weights =
            [
                Graphs.Matrix("a", 200, 200, _ => (random.NextSingle() - 0.5f) * scale), Graphs.Matrix("gain", 1, 1, _ => 1 / scale),
            ];
            var model = Graphs.Model([("x", [1, 200])], [("y", ElementType.Float)], weights, "MatMul x,a -> p", "Mul p,gain -> y");
            return Compress(model, "r2: 0.99", options: ", maxTime: 0.001").Report;
        }).ToList();
        var (large, small) = (found[0], found[1]);
        large.Search!.Weights.ShouldAllBe(weight => weight.Sensitivity == null);
        var weight = large.Weights.Single(weight => weight.Path == "a");
        small.Weights.Single(weight => weight.Path == "a").BitsPerWeight.ShouldBe(weight.BitsPerWeight, 1e-9);

        // One layer loses of its outputs what its weight does of itself: half of the hundredth that it may, as there is time for one trial.
        large.Outputs!.Pooled.R2!.Value.ShouldBeInRange(0.993, 0.997);
    }

    /// <summary>ONNX Runtime merges Gemm and Transpose, and the tensor between them, which calibration looks at, is no more.</summary>
    [Fact]
    public void InputsOfLayersAreSeenWhereTheRuntimeMergesNodes()
    {
        var random = new Random(8);
        var model = Graphs.Model([("x", [-1, 90])], [("y", ElementType.Float)],
            [Graphs.Matrix("w2", 90, 80, _ => random.NextSingle() - 0.5f), Graphs.Matrix("w3", 70, 80, _ => random.NextSingle() - 0.5f)],
            "Transpose x -> t", "Gemm t,w2 -> b", "Transpose b -> c", "MatMul w3,c -> y");
        model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "transA", Type = 2, I = 1 });
        var outcome = Compress(model, "r2: 0.99", options: ", calibration: { random: { seed: 2, count: 400 } }");
        outcome.Accepted.ShouldBeTrue();
        outcome.Report.Search!.Weights.ShouldAllBe(weight => weight.Damping > 0);
    }

    private static ModelProto TwoLayers(float gain)
    {
        var random = new Random(5);
        TensorProto[] weights =
        [
            Graphs.Matrix("a", 64, 64, _ => random.NextSingle() - 0.5f),
            Graphs.Matrix("b", 64, 64, _ => random.NextSingle() - 0.5f),
            Graphs.Matrix("gain", 1, 1, _ => gain),
        ];
        return Graphs.Model([("x", [1, 64])], [("y", ElementType.Float)], weights, "MatMul x,a -> p", "MatMul x,b -> q", "Mul q,gain -> r",
            "Add p,r -> y");
    }

    private CompressionOutcome Compress(ModelProto model, string threshold, int threads = 2, int count = 16, string options = "", string rules = "")
    {
        _folder.Write("model.onnx", model.ToByteArray());
        return SpecRun.Compress(_folder, FormattableString.Invariant(
            $$"""
            models: [ model.onnx ]
            rules: [ {{rules}}{ weights: "**", stack: [ quantize: { for: outputs{{options}} } ] } ]
            gate: { outputs: { samples: { random: { seed: 1, count: {{count}} } }, {{threshold}} } }
            """), threads);
    }

    private CompressionOutcome TinyGptWith(string quantize, double r2 = 0.999) => SpecRun.Compress(_folder, FormattableString.Invariant(
        $$"""
        models: [ {{SpecRun.Quote(TinyGpt.Model)}} ]
        rules: [ { weights: "*.weight", stack: [ quantize: { {{quantize}} } ] } ]
        gate: { outputs: { samples: {{SpecRun.Quote(TinyGpt.Validation)}}, r2: {{r2}} } }
        """));
}
