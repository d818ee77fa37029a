using System.Security.Cryptography;
using CompressTasks.Compression;
using CompressTasks.Corpus;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Runtime;

namespace CompressTasks.Core.Tests.Compression;

[Trait("Speed", "Slow")]
public sealed class CompressorTests(TinyGptRun run) : IClassFixture<TinyGptRun>
{
    [Fact]
    public void AFailedGateStillWritesArtifactAndReports()
    {
        run.Outcome.Accepted.ShouldBeFalse();
        run.Outcome.Diagnostics.Select(d => (d.Code, d.Location!.Line)).ShouldBe([("CT4002", GateLine), ("CT4004", GateLine), ("CT4014", GateLine)]);
        File.Exists(run.Outcome.ArtifactPath).ShouldBeTrue();
        run.Outcome.ReportPaths.Select(Path.GetFileName).ShouldBe(["tiny-gpt.report.json", "tiny-gpt.report.md", "tiny-gpt.report.html"]);
        run.Outcome.ReportPaths.ShouldAllBe(path => File.Exists(path));
    }

    [Fact]
    public void ThreadsChangeNoByteOfArtifactOrReport()
    {
        var again = run.Again(threads: 1);
        File.ReadAllBytes(again.ArtifactPath).AsSpan().SequenceEqual(File.ReadAllBytes(run.Outcome.ArtifactPath)).ShouldBeTrue();
        foreach (var (first, second) in run.Outcome.ReportPaths.Zip(again.ReportPaths))
            File.ReadAllText(second).Replace("output: again", "output: artifacts", StringComparison.Ordinal).ShouldBe(File.ReadAllText(first));
    }

    [Fact]
    public void R2IsWhatTheRestoredFileHas()
    {
        run.Outcome.Report.Weights.Count.ShouldBe(19);
        foreach (var weight in run.Outcome.Report.Weights)
            weight.R2.ShouldBe(PlainR2.Of(run.Original[weight.Path], run.Restored[weight.Path]), 1e-9, weight.Path);
        var pairs = run.Outcome.Report.Weights.Select(w => (run.Original[w.Path], run.Restored[w.Path]));
        run.Outcome.Report.Total.R2.ShouldBe(PlainR2.Pooled(pairs), 1e-9);
        var worst = run.Outcome.Report.Weights.MinBy(w => w.R2)!;
        (run.Outcome.Report.Total.WorstWeight, run.Outcome.Report.Total.WorstWeightR2).ShouldBe((worst.Path, worst.R2));
    }

    [Fact]
    public void WhatIsNotCodedWithALossIsTheSameInTheRestoredFile()
    {
        var lossy = run.Outcome.Report.Weights.Select(w => w.Path).ToHashSet();
        foreach (var (path, values) in run.Original.Where(pair => !lossy.Contains(pair.Key)))
            run.Restored[path].ShouldBe(values, path);
    }

    [Fact]
    public void StacksReachTheirTargets()
    {
        foreach (var weight in run.Outcome.Report.Weights.Where(w => w.Stack is "closed" or "quantized"))
            weight.R2.ShouldBeGreaterThanOrEqualTo(0.99, weight.Path);
        run.Outcome.Report.Weights.Single(w => w.Stack == "paper58").R2.ShouldBeLessThan(0.5);
    }

    [Fact]
    public void EveryByteOfEveryWeightIsAccountedFor()
    {
        using var model = OnnxModel.Open(TinyGpt.Model);
        var coverage = run.Outcome.Report.Coverage;
        (coverage.Coded.Bytes + coverage.Kept.Sum(k => k.Bytes) + coverage.Shared.Sum(s => s.Bytes)).ShouldBe(model.Weights.Sum(w => w.StoredBytes));
        run.Outcome.Report.Weights.Select(w => w.Path).Concat(coverage.Kept.Select(k => k.Path)).Concat(coverage.Shared.Select(s => s.Path))
            .Order(StringComparer.Ordinal)
            .ShouldBe(model.Weights.Select(w => w.Path).Order(StringComparer.Ordinal));
        coverage.Coded.Weights.ShouldBe(19);
        coverage.Coded.Bytes.ShouldBe(run.Outcome.Report.Weights.Sum(w => w.OriginalBytes));
    }

    [Fact]
    public void CompressedBytesAreThoseOfTheChunks()
    {
        using var artifact = CompressedModel.Open(run.Outcome.ArtifactPath);
        var chunks = artifact.Weights.ToDictionary(w => w.Path, w => w.CompressedBytes);
        foreach (var weight in run.Outcome.Report.Weights)
        {
            weight.CompressedBytes.ShouldBe(chunks[weight.Path], weight.Path);
            weight.BitsPerWeight.ShouldBe(8.0 * chunks[weight.Path] / weight.Elements, 1e-12);
            weight.ShannonBits!.Value.ShouldBe(0.5 * Math.Log2(1 / (1 - Math.Max(0, weight.R2))), 1e-6);
        }

        foreach (var kept in run.Outcome.Report.Coverage.Kept)
            kept.CompressedBytes.ShouldBe(chunks.TryGetValue(kept.Path, out var bytes) ? bytes : null, kept.Path);
        run.Outcome.Report.Weights.Sum(w => w.CompressedBytes).ShouldBe(run.Outcome.Report.Coverage.Coded.CompressedBytes);
    }

    [Fact]
    public void FilesAreDescribedAsTheyAre()
    {
        var report = run.Outcome.Report;
        report.Model.Bytes.ShouldBe(new FileInfo(TinyGpt.Model).Length);
        report.Model.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(TinyGpt.Model))));
        report.Artifact.Bytes.ShouldBe(new FileInfo(run.Outcome.ArtifactPath).Length);
        report.Artifact.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(run.Outcome.ArtifactPath))));
        report.Total.Ratio.ShouldBe(report.Model.Bytes / (double)report.Artifact.Bytes, 1e-12);
    }

    // P58: 256 rows of 8 Gaussians are 256 · 24 numbers; two components of them 256·2 + 2·24 + 24.
    [Fact]
    public void ParametersAreCountedAsThePaperCounts()
    {
        var levels = run.Outcome.Report.Weights.Single(w => w.Stack == "paper58").Levels;
        levels.Select(level => (level.Name, level.Parameters)).ShouldBe([("weights", 65536), ("gaussian", 6144), ("pca", 584), ("stored", 584)]);
        levels[1].LevelRatio.ShouldBe(65536 / 6144.0, 1e-12);
        levels[2].LevelRatio.ShouldBe(6144 / 584.0, 1e-12);
        levels[2].CumulativeRatio.ShouldBe(65536 / 584.0, 1e-12);

        // The papers' trap, on real weights: the parameters are kept, the weights are not.
        levels[2].R2ToPrevious.ShouldBeGreaterThan(0.9);
        levels[2].R2ToWeights.ShouldBeLessThan(0.2);
        levels[2].ParticipationRatio!.Value.ShouldBeInRange(1, 2.0001);
        levels[2].ComponentsFor95!.Value.ShouldBeInRange(1, 2);

        // Storing the parameters with fewer bits adds at most a five-hundredth to the error that the stages make anyway.
        levels[3].R2ToWeights.ShouldBeGreaterThanOrEqualTo(1 - (1.002 * (1 - levels[2].R2ToWeights)) - 1e-12);
    }

    [Fact]
    public void ATowerSaysWhereItEnds()
    {
        var weight = run.Outcome.Report.Weights.Single(w => w.Stack == "tower");
        var recursion = weight.Levels.Skip(2).Where(level => level.Name != "stored").ToList();
        weight.Levels[1].Parameters.ShouldBe(256 * 8);
        weight.Tower!.ConvergenceDepth.ShouldBe(recursion.Count);
        weight.Tower.FixedPoint.ShouldBe(recursion.Count(level => level.Kept));
        weight.Tower.End.ShouldBeOneOf("gainTooSmall", "allComponentsNeeded");
        run.Outcome.Report.Weights.Where(w => w.Stack != "tower").ShouldAllBe(w => w.Tower == null);
    }

    [Fact]
    public void TheJsonHasEveryFieldThatProgramsRelyOn()
    {
        var root = run.Json.RootElement;
        Has(root, "schemaVersion tool model artifact weights coverage total gate");
        root.GetProperty("schemaVersion").GetInt32().ShouldBe(1);
        Has(root.GetProperty("model"), "path sha256 bytes");
        Has(root.GetProperty("artifact"), "path sha256 bytes");
        Has(root.GetProperty("total"), "r2 worstWeightR2 ratio originalBytes artifactBytes");
        Has(root.GetProperty("gate"), "passed checks");
        root.GetProperty("gate").GetProperty("checks").GetArrayLength().ShouldBe(4);
        foreach (var check in root.GetProperty("gate").GetProperty("checks").EnumerateArray())
            Has(check, "name threshold actual passed");
        foreach (var weight in root.GetProperty("weights").EnumerateArray())
        {
            Has(weight, "path dtype shape elements originalBytes compressedBytes bitsPerWeight r2 shannonBits stack levels");
            foreach (var level in weight.GetProperty("levels").EnumerateArray())
                Has(level, "name parameters levelRatio cumulativeRatio r2ToPrevious r2ToWeights participationRatio componentsFor95");
        }

        Has(root.GetProperty("coverage"), "coded kept");
        foreach (var kept in root.GetProperty("coverage").GetProperty("kept").EnumerateArray())
            Has(kept, "path reason bytes");
    }

    [Theory]
    [InlineData("paper58", false)]
    [InlineData("closed", true)]
    public void TheGateTellsThePapersStackFromTheClosedOne(string stack, bool passes)
    {
        using var folder = new TemporaryFolder();
        var outcome = SpecRun.Compress(
            folder,
            $$"""
            models: [ {{SpecRun.Quote(TinyGpt.Model)}} ]
            {{SampleStacks.Yaml(stack)}}
            rules: [ { weights: "blocks.*.attn.c_proj.weight", stack: {{stack}} } ]
            gate: { r2: 0.98, weightR2: 0.99 }
            """);
        outcome.Accepted.ShouldBe(passes);
        outcome.Report.Gate.Passed.ShouldBe(passes);
        outcome.Report.Weights.Count.ShouldBe(4);
        if (passes)
            outcome.Report.Weights.ShouldAllBe(weight => weight.R2 >= 0.99);
        else
            outcome.Diagnostics.Select(d => d.Code).ShouldBe(["CT4001", "CT4002", "CT4014"]);
    }

    [Fact]
    public void AWarningGateIsAccepted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.onnx", Onnx.Build.Model(Onnx.Build.Raw("w", Onnx.Build.Values(2000))));
        var outcome = SpecRun.Compress(folder, "models: [ m.onnx ]\ngate: { ratio: 1000, onFailure: warning }");
        (outcome.Accepted, outcome.Report.Gate.Passed).ShouldBe((true, false));
        outcome.Diagnostics.ShouldHaveSingleItem().ToString().ShouldContain("compress.yml(2,16): warning CT4003: ");
    }

    [Fact]
    public void ALossyStackMayBeCalledLossless()
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.onnx", Onnx.Build.Model(Onnx.Build.Raw("w", [.. Enumerable.Range(0, 2000).Select(i => i * i % 997 / 100f)])));
        var outcome = SpecRun.Compress(folder,
            "models: [ m.onnx ]\nstacks: { lossless: [ quantize: { r2: 0.9 } ] }\nrules: [ { weights: w, stack: lossless } ]");
        outcome.Report.Weights.ShouldHaveSingleItem().R2.ShouldBeInRange(0.9, 0.9999);
    }

    [Fact]
    public void EveryModelOfASpecHasItsOutcomeInOrder()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "b", "a" })
            folder.Write($"{name}.onnx", Onnx.Build.Model(Onnx.Build.Raw(name, Onnx.Build.Values(2000))));
        var path = folder.Write("compress.yml", "models: [ b.onnx, '*.onnx' ]\nreport: json"u8.ToArray());
        var outcomes = Compressor.Run(CompressTasks.Spec.CompressionSpec.Load(path), new() { Output = folder["elsewhere"], Threads = 1 }, null,
            CancellationToken.None);
        outcomes.Select(o => o.Report.Model.Path).ShouldBe(["b.onnx", "a.onnx"]);
        folder.Entries.Where(e => e.StartsWith("elsewhere", StringComparison.Ordinal)).Select(Path.GetFileName)
            .ShouldBe(["elsewhere", "a.onnxz", "a.report.json", "b.onnxz", "b.report.json"]);
    }

    private int GateLine =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(run.RestoredPath)!, "compress.yml"))
            .TakeWhile(line => !line.StartsWith("gate", StringComparison.Ordinal)).Count() + 1;

    private static void Has(System.Text.Json.JsonElement element, string names)
    {
        foreach (var name in names.Split(' '))
            element.TryGetProperty(name, out _).ShouldBeTrue($"{name} in {element.GetRawText()[..Math.Min(200, element.GetRawText().Length)]}");
    }
}
