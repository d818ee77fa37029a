using CompressTasks.Compression;
using CompressTasks.Compression.Allocation;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Spec;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Core.Tests.Compression.Allocation;

[Trait("Speed", "Slow")]
public sealed class ModelTargetResolverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void APooledTargetIsMetFromTheRightSideWithFewerBytesThanTheSameTargetForEachWeight()
    {
        var pooled = Sample("r2: 0.99, allocate: model");
        var each = Sample("r2: 0.99");
        pooled.Report.Total.R2.ShouldBeInRange(0.99, 0.9902);
        Bytes(pooled).ShouldBeLessThan(Bytes(each));
    }

    [Fact]
    public void NoWeightFallsBelowTheFloor()
    {
        // Without a floor, the weights with the smallest variance are well below 0.98 when all together are at 0.99.
        Sample("r2: 0.99, allocate: model").Report.Total.WorstWeightR2.ShouldBeLessThan(0.975);
        var outcome = Sample("r2: 0.99, allocate: model, floor: 0.98");
        outcome.Report.Total.WorstWeightR2.ShouldBeInRange(0.98, 0.9802);
        outcome.Report.Total.R2.ShouldBeInRange(0.99, 0.9902);
    }

    // Of two independent Gaussian weights with standard deviations 1 and 10, equal distortion D is optimal while D < 1 (reverse water-filling, Cover &
    // Thomas §10.3.3): pooled R² 0.99 means D = 0.01 · 50.5 = 0.505, so R² of 0.495 and 0.99495.
    [Fact]
    public void EqualDistortionIsWhatReverseWaterFillingAsksFor()
    {
        _folder.Write("m.onnx", Build.Model(Build.Raw("quiet", Gaussian(1, 65536, 1)), Build.Raw("loud", Gaussian(2, 65536, 10))));
        var outcome = Run("r2: 0.99, allocate: model", "m.onnx", "**");
        var r2 = outcome.Report.Weights.ToDictionary(w => w.Path, w => w.R2);
        outcome.Report.Total.R2.ShouldBeInRange(0.99, 0.9902);
        r2["loud"].ShouldBe(0.99495, 0.0015);
        r2["quiet"].ShouldBe(0.495, 0.15);
    }

    [Theory]
    [InlineData(1_200_000)]
    [InlineData(2_000_000)]
    public void TheArtifactFillsTheBytesItMayHaveAndNoMore(int bytes)
    {
        var outcome = Sample($"bytes: {bytes}");
        outcome.Report.Artifact.Bytes.ShouldBeInRange((long)(0.995 * bytes), bytes);
        new FileInfo(outcome.ArtifactPath).Length.ShouldBe(outcome.Report.Artifact.Bytes);
        Directory.GetFiles(_folder["artifacts"]).Length.ShouldBe(4);
    }

    [Fact]
    public void MoreBytesGiveABetterModel() =>
        Sample("bytes: 1.5 MB").Report.Total.R2.ShouldBeGreaterThan(Sample("bytes: 1 MB").Report.Total.R2);

    [Fact]
    public void BytesThatCannotBeKeptAreAnErrorAtTheStage()
    {
        var error = Should.Throw<CompressException>(() => Sample("bytes: 20 KB")).Diagnostics.ShouldHaveSingleItem();
        error.Code.ShouldBe("CT1040");
        error.Location!.Line.ShouldBe(2);
        Directory.GetFiles(_folder["artifacts"]).ShouldBeEmpty();
    }

    /// <summary>Both stacks are called "quantize", as every stack is that stands in a rule.</summary>
    [Theory]
    [InlineData("r2: 0.99")]
    [InlineData("r2: 0.9, allocate: model")]
    public void BytesAreKeptBesideAnotherStackOfTheSameName(string other)
    {
        _folder.Write("m.onnx", Build.Model(Build.Raw("sized", Gaussian(1, 8192, 1)), Build.Raw("other", Gaussian(2, 4096, 1))));

        var outcome = SpecRun.Compress(
            _folder,
            $$"""
            models: [ {{SpecRun.Quote("m.onnx")}} ]
            rules:
              - { weights: sized, stack: [ quantize: { bytes: 6 KB } ] }
              - { weights: other, stack: [ quantize: { {{other}} } ] }
            """,
            threads: 2);

        outcome.Report.Artifact.Bytes.ShouldBeInRange(5900, 6000);
    }

    [Fact]
    public void AConstantWeightComesBackExactlyBesideTheOthers()
    {
        _folder.Write("m.onnx", Build.Model(Build.Raw("constant", [.. Enumerable.Repeat(3f, 4096)]), Build.Raw("loud", Gaussian(2, 4096, 10))));
        var outcome = Run("r2: 0.99, allocate: model", "m.onnx", "**");
        SpecRun.Restore(outcome.ArtifactPath, _folder["restored.onnx"]);
        PlainWeights.Read(_folder["restored.onnx"])["constant"].ShouldAllBe(value => value == 3);
        outcome.Report.Total.R2.ShouldBeInRange(0.99, 0.9905);
    }

    /// <summary>Writing takes the chunks of the trial that was taken, which are those that its steps give.</summary>
    [Theory]
    [InlineData("r2: 0.95, allocate: model, floor: 0.9")]
    [InlineData("bytes: 6 KB")]
    public void WhatWasCodedInATrialIsNotCodedAgain(string options)
    {
        _folder.Write("m.onnx", Build.Model(Build.Raw("quiet", Gaussian(1, 4096, 1)), Build.Raw("loud", Gaussian(2, 4096, 10))));
        var spec = CompressionSpec.Parse($$"""
            models: [ {{SpecRun.Quote(_folder["m.onnx"])}} ]
            rules: [ { weights: "**", stack: [ quantize: { {{options}} } ] } ]
            """, _folder["compress.yml"]);
        using var model = OnnxModel.Open(_folder["m.onnx"]);
        var resolved = new ModelTargetResolver(model, threads: 2, default).Resolve(Plan.Create(spec, model), _folder["m.onnxz"]);
        resolved.Chunks.Keys.Select(weight => weight.Path).ShouldBe(["quiet", "loud"], ignoreOrder: true);
        foreach (var plan in resolved.Plan)
        {
            var (weight, stack) = (plan.Weight, plan.Stack!);
            var again = WeightEncoder.Encode(model.ReadBytes(weight), weight.ElementType, weight.Shape, stack, plan.Target, 1, default);
            resolved.Chunks[plan.Weight].Chunk.ShouldBe(again.Chunk);
        }
    }

    [Fact]
    public void TheResultDoesNotDependOnTheThreads()
    {
        var one = Run("r2: 0.95, allocate: model, floor: 0.9", TinyGpt.Model, "blocks.0.*.weight", threads: 1).Report.Artifact.Sha256;
        Run("r2: 0.95, allocate: model, floor: 0.9", TinyGpt.Model, "blocks.0.*.weight", threads: 2).Report.Artifact.Sha256.ShouldBe(one);
    }

    private CompressionOutcome Sample(string options) => Run(options, TinyGpt.Model, "*.weight");

    private CompressionOutcome Run(string options, string model, string weights, int threads = 2) => SpecRun.Compress(
        _folder,
        $$"""
        models: [ {{SpecRun.Quote(model)}} ]
        stacks: { pooled: [ quantize: { {{options}} } ] }
        rules: [ { weights: "{{weights}}", stack: pooled } ]
        """,
        threads);

    private static long Bytes(CompressionOutcome outcome) => outcome.Report.Coverage.Coded.CompressedBytes;

    private static float[] Gaussian(int seed, int count, double deviation)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count)
            .Select(_ => (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
