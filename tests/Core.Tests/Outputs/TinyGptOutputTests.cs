using System.Buffers.Binary;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Outputs;

/// <summary>The sample model on its held-out text.</summary>
[Trait("Speed", "Slow")]
public sealed class TinyGptOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Weight R² → output R² of a prototype, with a uniform quantizer and every weight at the same R².
    [Fact]
    public void FineWeightsGiveTheOutputsThatThePrototypeFound() => Compress(0.9974).Report.Outputs!.Outputs[0].R2!.Value.ShouldBe(0.999, 0.0005);

    // The same, with the prototype's quantizer written out here: what the evaluation says must not depend on the product's coder.
    [Theory]
    [InlineData(0.9974, 0.999, 0.0005)]
    [InlineData(0.9745, 0.99, 0.004)]
    public void UniformlyQuantizedWeightsGiveTheOutputsThatThePrototypeFound(double weightR2, double outputR2, double tolerance)
    {
        var outcome = Compress(0.999);
        using var model = OnnxModel.Open(TinyGpt.Model);
        using var decoded = TrialModel.OfArtifact(outcome.ArtifactPath, 2, default);
        foreach (var weight in model.Weights.Where(w => outcome.Report.Weights.Any(r => r.Path == w.Path)))
        {
            var values = new double[weight.Elements];
            model.ReadValues(weight, values);
            var payload = new byte[weight.PayloadBytes];
            ElementConversion.WriteValues(weight.ElementType, UniformlyQuantized(values, weightR2), payload);
            decoded.Write(weight.Path, payload);
        }

        Evaluate(model, decoded, [], threads: 2).Outputs[0].R2!.Value.ShouldBe(outputR2, tolerance);
    }

    [Fact]
    public void CoarseWeightsGiveWorseOutputsTheSameOnAnyNumberOfThreads()
    {
        var outcome = Compress(0.9745);
        outcome.Diagnostics.ShouldBeEmpty();
        var output = outcome.Report.Outputs!.Outputs.ShouldHaveSingleItem();
        (output.Name, output.Values).ShouldBe(("logits", 32 * 128 * 63));
        // docs/outputs.md: every weight at R² 0.9828, which is more, gives 0.9902.
        output.R2!.Value.ShouldBeInRange(0.98, 0.9902);
        output.Top1!.Value.ShouldBeInRange(0.85, 0.99);
        output.Kl!.Value.ShouldBeInRange(1e-4, 0.05);
        outcome.InputPaths.ShouldContain(TinyGpt.Validation);

        using var model = OnnxModel.Open(TinyGpt.Model);
        using var decoded = TrialModel.OfArtifact(outcome.ArtifactPath, 2, default);
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

    private static double[] UniformlyQuantized(double[] values, double r2)
    {
        var (met, unmet) = (0.0, values.Max(Math.Abs));
        for (var i = 0; i < 40; i++)
        {
            var step = (met + unmet) / 2;
            (met, unmet) = PlainR2.Of(values, Round(step)) >= r2 ? (step, unmet) : (met, step);
        }

        return Round(met);

        double[] Round(double step) => Array.ConvertAll(values, value => step * Math.Round(value / step));
    }

    private CompressionOutcome Compress(double weightR2) => SpecRun.Compress(_folder, FormattableString.Invariant(
        $$"""
        models: [ {{SpecRun.Quote(TinyGpt.Model)}} ]
        rules: [ { weights: "**", stack: [ quantize: { r2: {{weightR2}} } ] } ]
        gate: { outputs: { samples: {{SpecRun.Quote(TinyGpt.Validation)}}, r2: 0.98, logits: true } }
        """));

    private OutputsSummary Evaluate(OnnxModel model, TrialModel decoded, string[] lossy, int threads) =>
        OutputGateRunner.Prepare(CompressionSpec.Load(_folder["compress.yml"]).Gate!.Outputs!, Path.GetTempPath(), model, "tiny-gpt.onnx")
            .Run(decoded, lossy, threads, default);
}
