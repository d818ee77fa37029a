using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Corpus;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Outputs;

/// <summary>The sample model on its held-out text.</summary>
public sealed class TinyGptOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Weight R² → output R² of a prototype, with a uniform quantizer and every weight at the same R².
    [Theory]
    [InlineData(0.9974, 0.999, 0.0005)]
    [InlineData(0.9745, 0.99, 0.004)]
    public void OutputsAreAsGoodAsThePrototypeFound(double weightR2, double outputR2, double tolerance)
    {
        var outcome = SpecRun.Compress(_folder, FormattableString.Invariant(
            $$"""
            models: [ {{SpecRun.Quote(TinyGpt.Model)}} ]
            rules: [ { weights: "**", stack: [ quantize: { r2: {{weightR2}} } ] } ]
            gate: { outputs: { samples: {{SpecRun.Quote(TinyGpt.Validation)}}, r2: {{outputR2 - tolerance}}, top1: 0.9, logits: true } }
            """));
        outcome.Diagnostics.ShouldBeEmpty();
        var output = outcome.Report.Outputs!.Outputs.ShouldHaveSingleItem();
        (output.Name, output.Values).ShouldBe(("logits", 32 * 128 * 63));
        output.R2!.Value.ShouldBe(outputR2, tolerance);
        output.Kl!.Value.ShouldBeInRange(1e-5, 0.05);
        outcome.InputPaths.ShouldContain(TinyGpt.Validation);
    }

    [Fact]
    public void ThreadsChangeNoFigure()
    {
        var spec = $$"""
            models: [ {{SpecRun.Quote(TinyGpt.Model)}} ]
            rules: [ { weights: "**", stack: [ quantize: { r2: 0.99 } ] } ]
            gate: { outputs: { samples: {{SpecRun.Quote(TinyGpt.Validation)}} } }
            """;
        SpecRun.Compress(_folder, spec, threads: 1).Report.Outputs!.Outputs[0].ShouldBe(SpecRun.Compress(_folder, spec, threads: 2).Report.Outputs!.Outputs[0]);
    }

    [Fact]
    public void IndicesOfRandomSamplesAreInTheVocabulary()
    {
        using var model = OnnxModel.Open(TinyGpt.Model);
        CompressTasks.Outputs.Samples.IndexBounds.Find(model.ReadStructure().Graph, "tokens").ShouldBe(63);
    }

    [Fact]
    public void ARuinedWeightTakesTheBlame()
    {
        const string Ruined = "blocks.1.attn.c_proj.weight";
        var outcome = SpecRun.Compress(_folder, $$"""
            models: [ {{SpecRun.Quote(TinyGpt.Model)}} ]
            rules:
              - { weights: {{Ruined}}, stack: [ quantize: { r2: 0.5 } ] }
              - { weights: "**", stack: [ quantize: { r2: 0.999 } ] }
            gate: { outputs: { samples: {{SpecRun.Quote(TinyGpt.Validation)}}, r2: 0.99999 } }
            """);
        outcome.Report.Outputs!.Blame[0].Path.ShouldBe(Ruined);
        outcome.Report.Outputs.Blame[0].Share.ShouldBeGreaterThan(0.5);
        outcome.Diagnostics.ShouldHaveSingleItem().Message.ShouldContain($"Most of the error comes from {Ruined} (");
    }
}
