using System.Buffers.Binary;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Corpus;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Outputs;

/// <summary>The sample model on its held-out text.</summary>
public sealed class TinyGptOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Weight R² → output R² of a prototype, with a uniform quantizer and every weight at the same R².
    [Fact]
    public void FineWeightsGiveTheOutputsThatThePrototypeFound() => Compress(0.9974).Report.Outputs!.Outputs[0].R2!.Value.ShouldBe(0.999, 0.0005);

    [Fact]
    public void CoarseWeightsGiveWorseOutputsTheSameOnAnyNumberOfThreads()
    {
        var outcome = Compress(0.9745);
        outcome.Diagnostics.ShouldBeEmpty();
        var output = outcome.Report.Outputs!.Outputs.ShouldHaveSingleItem();
        (output.Name, output.Values).ShouldBe(("logits", 32 * 128 * 63));

        // A prototype with a uniform quantizer had 0.99. The trellis weighs rate against distortion and so prefers small integers; that shrinks weights a little,
        // which outputs notice more than independent errors of the same size: 0.983 when this was written.
        output.R2!.Value.ShouldBeInRange(0.975, 0.994);
        output.Top1!.Value.ShouldBeInRange(0.85, 0.99);
        output.Kl!.Value.ShouldBeInRange(1e-4, 0.05);
        outcome.InputPaths.ShouldContain(TinyGpt.Validation);

        using var model = OnnxModel.Open(TinyGpt.Model);
        using var decoded = new DecodedModel(outcome.ArtifactPath, 2, default);
        Evaluate(model, decoded, [], threads: 1).Outputs[0].ShouldBe(output);

        const string Altered = "head.weight";
        var payload = decoded.Read(Altered);
        for (var i = 0; i < payload.Length; i += 4)
            BinaryPrimitives.WriteSingleLittleEndian(payload.AsSpan(i), 1.5f * BinaryPrimitives.ReadSingleLittleEndian(payload.AsSpan(i)));
        decoded.Write(Altered, payload);
        var blame = Evaluate(model, decoded, [.. outcome.Report.Weights.Select(weight => weight.Path)], threads: 2).Blame;
        blame.Count.ShouldBe(outcome.Report.Weights.Count);
        (blame[0].Path, blame[0].Share > 0.9).ShouldBe((Altered, true));
    }

    [Fact]
    public void IndicesOfRandomSamplesAreInTheVocabulary()
    {
        using var model = OnnxModel.Open(TinyGpt.Model);
        IndexBounds.Find(model.ReadStructure().Graph, "tokens").ShouldBe(63);
    }

    private CompressionOutcome Compress(double weightR2) => SpecRun.Compress(_folder, FormattableString.Invariant(
        $$"""
        models: [ {{SpecRun.Quote(TinyGpt.Model)}} ]
        rules: [ { weights: "**", stack: [ quantize: { r2: {{weightR2}} } ] } ]
        gate: { outputs: { samples: {{SpecRun.Quote(TinyGpt.Validation)}}, r2: 0.98, logits: true } }
        """));

    private OutputsSummary Evaluate(OnnxModel model, DecodedModel decoded, string[] lossy, int threads) =>
        OutputEvaluation.Prepare(CompressionSpec.Load(_folder["compress.yml"]).Gate!.Outputs!, Path.GetTempPath(), model, "tiny-gpt.onnx").Run(decoded, lossy, threads, default);
}
