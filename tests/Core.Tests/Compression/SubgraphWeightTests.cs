using CompressTasks.Corpus;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Silero VAD keeps its weights in the branches of an If.</summary>
[Trait("Speed", "Slow")]
public sealed class SubgraphWeightTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NpmFact]
    public void WeightsOfAnIfBranchAreCodedUnderTheirGraphPathAndTheModelStillRuns()
    {
        var outcome = SpecRun.Compress(
            _folder,
            $$"""
            models: [ {{SpecRun.Quote(NpmModels.Silero)}} ]
            stacks: { quantized: [ quantize: { r2: 0.999 } ] }
            rules:
              - { weights: "If_0/then_branch/**", stack: quantized }
              - { weights: "If_0/else_branch/**", stack: quantized }
            gate: { weightR2: 0.999, ratio: 4 }
            """);
        outcome.Accepted.ShouldBeTrue();
        outcome.Report.Weights.Count(w => w.Path.StartsWith("If_0/then_branch/", StringComparison.Ordinal)).ShouldBeGreaterThan(5);
        outcome.Report.Weights.Count(w => w.Path.StartsWith("If_0/else_branch/", StringComparison.Ordinal)).ShouldBeGreaterThan(5);

        var restored = _folder["silero_vad.onnx"];
        SpecRun.Restore(outcome.ArtifactPath, restored);
        var (before, after) = (OnnxRuntimeOutputs.Run(NpmModels.Silero, seed: 5), OnnxRuntimeOutputs.Run(restored, seed: 5));
        after.Select(o => (o.Name, o.Bytes.Length)).ShouldBe(before.Select(o => (o.Name, o.Bytes.Length)));
        Probability(after).ShouldBe(Probability(before), 0.05f);
        before.Zip(after).ShouldContain(pair => !pair.First.BitEquals(pair.Second), "a coded weight must be used");
    }

    private static float Probability(IReadOnlyList<NamedTensor> outputs) => BitConverter.ToSingle(outputs[0].Bytes);
}
