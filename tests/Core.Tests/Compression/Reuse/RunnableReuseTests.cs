using CompressTasks.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression.Reuse;

/// <summary>Runnable models, and artifacts that decode to them, are kept as others are.</summary>
public sealed class RunnableReuseTests : IDisposable
{
    private const string Gate = "gate: { outputs: { samples: samples, r2: 0.9 } }\n";
    private const string Static = "integer: { activations: static, calibration: others }";
    private const string Search = "integer: { for: outputs, prefer: size }";

    private readonly TemporaryFolder _folder = new();

    public RunnableReuseTests()
    {
        var random = new Random(5);
        WriteEarlier("model.onnx", Graphs.Model([("x", [4, 64])], [("y", ElementType.Float)],
            [Graphs.Matrix("a", 64, 64, _ => random.NextSingle() - 0.5f), Graphs.Matrix("b", 64, 64, _ => random.NextSingle() - 0.5f)],
            "MatMul x,a -> p", "MatMul p,b -> y").ToByteArray());
        WriteSamples("samples", seed: 1);
        WriteSamples("others", seed: 2);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("onnx", "integer")]
    [InlineData("onnxz", "integer")]
    [InlineData("both", "integer")]
    [InlineData("both", "float16")]
    [InlineData("onnx", Static)]
    [InlineData("both", Search)]
    public void NothingIsMadeOrMeasuredAgainWhenOnlyTheVerdictMayDiffer(string format, string stage)
    {
        var before = Spec(format, stage);
        var first = Run(before);
        first.IsKept.ShouldBeFalse();
        var after = $"# Why\n{before.Replace("gate: {", "gate: { ratio: 3.3,", StringComparison.Ordinal)}";

        var second = Run(after, out var phases);

        phases.ShouldBeEmpty();
        second.IsKept.ShouldBeTrue();
        second.BesidePaths.ShouldBe(first.BesidePaths);
        var fresh = Run(after, out _, output: "fresh", keepsRecords: false);
        second.Diagnostics.ShouldBe(fresh.Diagnostics);
        second.InputPaths.ShouldBe(fresh.InputPaths);
        foreach (var (path, expected) in second.ReportPaths.Append(second.ArtifactPath).Concat(second.BesidePaths)
            .Zip(fresh.ReportPaths.Append(fresh.ArtifactPath).Concat(fresh.BesidePaths)))
            File.ReadAllBytes(path).ShouldBe(File.ReadAllBytes(expected), path);
    }

    [Theory]
    [InlineData("another format", "both", "integer", "onnxz", "integer")]
    [InlineData("another stage", "onnx", "integer", "onnx", "float16")]
    [InlineData("an option", "onnx", "integer", "onnx", "integer: { bits: 7 }")]
    [InlineData("other calibration samples", "onnx", Static, "onnx", "integer: { activations: static }")]
    public void WhatDeterminesTheModelIsNotOverlooked(string change, string format, string stage, string otherFormat, string otherStage)
    {
        Run(Spec(format, stage));

        Run(Spec(otherFormat, otherStage)).IsKept.ShouldBeFalse(change);
    }

    [Fact]
    public void CalibrationSamplesThatChangeAreSeen()
    {
        var first = Run(Spec("onnx", Static));
        first.InputPaths.ShouldContain(_folder["others/input_0.pb"]);
        Run(Spec("onnx", Static)).InputPaths.ShouldBe(first.InputPaths);
        WriteSamples("others", seed: 3);

        Run(Spec("onnx", Static)).IsKept.ShouldBeFalse();
    }

    [Fact]
    public void ASearchAimsAtTheThresholdsOfOutputs()
    {
        Run(Spec("onnx", Search));

        Run(Spec("onnx", Search).Replace("r2: 0.9", "r2: 0.95", StringComparison.Ordinal)).IsKept.ShouldBeFalse();
    }

    /// <summary>Its name is in the artifact: what is restored has it.</summary>
    [Fact]
    public void AnotherNameIsAnotherArtifact()
    {
        Run(Spec("both", "integer"));

        Run(Spec("both", "integer").Replace("path: model.onnx", "path: model.onnx, name: small", StringComparison.Ordinal)).IsKept.ShouldBeFalse();
    }

    [Theory]
    [InlineData("onnx")]
    [InlineData("both")]
    public void AnotherFolderGetsCopies(string format)
    {
        var first = Run(Spec(format, "integer"));

        var second = Run(Spec(format, "integer"), out var phases, output: "obj/Release/compress");

        phases.ShouldBeEmpty();
        second.IsKept.ShouldBeTrue();
        second.BesidePaths.Count.ShouldBe(format == "both" ? 1 : 0);
        foreach (var (path, expected) in second.BesidePaths.Append(second.ArtifactPath).Zip(first.BesidePaths.Append(first.ArtifactPath)))
            File.ReadAllBytes(path).ShouldBe(File.ReadAllBytes(expected), path);
        File.Delete(first.RecordPath!);
        Run(Spec(format, "integer"), out _, output: "obj/Release/compress").IsKept.ShouldBeTrue("the copy has a record of its own");
    }

    [Theory]
    [InlineData("onnx")]
    [InlineData("both")]
    public void ARunnableModelThatIsNotTheRecordsIsMadeAgain(string format)
    {
        var path = _folder["obj/Debug/compress/model.onnx"];
        Run(Spec(format, "integer"));
        var bytes = File.ReadAllBytes(path);
        File.AppendAllText(path, "more");

        Run(Spec(format, "integer")).IsKept.ShouldBeFalse();
        File.ReadAllBytes(path).ShouldBe(bytes);

        File.Delete(path);
        Run(Spec(format, "integer"));
        File.ReadAllBytes(path).ShouldBe(bytes);
    }

    private static string Spec(string format, string stage) => $$"""
        report: [ json ]
        models: [ { path: model.onnx, format: {{format}} } ]
        rules: [ { weights: '**', stack: [ {{stage}} ] } ]
        {{Gate}}
        """;

    private CompressionOutcome Run(string yaml) => Run(yaml, out _);

    private CompressionOutcome Run(string yaml, out IReadOnlyCollection<CompressionPhase> phases, string output = "obj/Debug/compress",
        bool keepsRecords = true)
    {
        var path = _folder.Write("compress.yml", System.Text.Encoding.UTF8.GetBytes(yaml));
        var progress = new SeenPhases();
        var options = new CompressionOptions { Output = _folder[output], Threads = 2, KeepsRecords = keepsRecords, RecordFolders = [_folder["obj"]] };
        var outcome = Compressor.Run(CompressionSpec.Load(path), options, progress, CancellationToken.None).ShouldHaveSingleItem();
        phases = progress.Phases;
        return outcome;
    }

    private void WriteSamples(string folder, int seed)
    {
        var random = new Random(seed);
        WriteEarlier($"{folder}/input_0.pb", Graphs.Matrix("x", 4, 64, _ => random.NextSingle() - 0.5f).ToByteArray());
    }

    /// <summary>As before the run, not during it.</summary>
    private void WriteEarlier(string name, byte[] bytes) => File.SetLastWriteTimeUtc(_folder.Write(name, bytes), DateTime.UtcNow.AddMinutes(-1));
}
