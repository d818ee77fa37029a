using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Corpus;
using CompressTasks.Onnx.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Runnable.HalfPrecision;

/// <summary>Models that others have trained.</summary>
[Trait("Speed", "Slow")]
public sealed class HalfModelsTests
{
    [Fact]
    public void TheSampleIsHalfAsLarge() => Halves(TinyGpt.Model, 0.51, 0.9999);

    [NpmTheory]
    [InlineData("det", 0.51, 0.99)]
    [InlineData("rec", 0.51, 0.99)]
    [InlineData("cls", 0.54, 0.99)]
    public void OcrModelsAreHalfAsLarge(string name, double size, double r2) =>
        Halves(name switch { "det" => NpmModels.Det, "rec" => NpmModels.Rec, _ => NpmModels.Cls }, size, r2);

    private static void Halves(string path, double size, double r2)
    {
        using var folder = new TemporaryFolder();
        var outcome = SpecRun.Compress(folder, $$"""
            models: [ { path: {{SpecRun.Quote(path)}}, format: onnx } ]
            rules: [ { weights: '**', stack: [ float16: { graph: true } ] } ]
            gate: { outputs: { samples: { random: { count: 2 } } }, onFailure: warning }
            output: out
            """);
        ((double)new FileInfo(outcome.ArtifactPath).Length / new FileInfo(path).Length).ShouldBeLessThan(size);
        outcome.Report.Outputs!.Outputs.ShouldAllBe(output => output.R2 > r2);
        var (before, after) = (Parse(path), Parse(outcome.ArtifactPath));
        after.Graph.Input.ShouldBe(before.Graph.Input);
        after.Graph.Output.ShouldBe(before.Graph.Output);
        after.OpsetImport.ShouldBe(before.OpsetImport);
        after.MetadataProps.ShouldBe(before.MetadataProps);
        foreach (GraphOptimizationLevel level in DynamicMatMulTests.Levels)
            OnnxRuntimeOutputs.Run(outcome.ArtifactPath, seed: 1, level).Count.ShouldBe(before.Graph.Output.Count);
    }

    private static ModelProto Parse(string path) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
}
