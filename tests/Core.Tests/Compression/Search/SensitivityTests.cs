using CompressTasks.Calibration;
using CompressTasks.Compression;
using CompressTasks.Compression.Allocation;
using CompressTasks.Compression.Search;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression.Search;

public sealed class SensitivityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Two outputs, each of one weight: what both lose together is the sum of what each loses alone.</summary>
    [Fact]
    public void WeightsThatAreExchangedTogetherShareWhatIsLostEqually()
    {
        var random = new Random(3);
        _folder.Write("m.onnx", Graphs.Model([("x", [8, 40])], [("y", ElementType.Float), ("z", ElementType.Float)],
            [Graphs.Matrix("a", 40, 50, _ => random.NextSingle() - 0.5f), Graphs.Matrix("b", 40, 60, _ => random.NextSingle() - 0.5f)],
            "MatMul x,a -> y", "MatMul x,b -> z").ToByteArray());
        var spec = CompressionSpec.Parse(
            """
            models: [ m.onnx ]
            rules: [ { weights: "**", stack: [ quantize: { r2: 0.9 } ] } ]
            gate: { outputs: { samples: { random: { seed: 1, count: 2 } }, r2: 0.9 } }
            """, _folder["compress.yml"]);
        using var model = OnnxModel.Open(_folder["m.onnx"]);
        var plan = Plan.Create(spec, model);
        var coder = new StepEncoder(model, CollectedMoments.None.Weights, CancellationToken.None);
        var (a, b) = (coder.WithR2(plan[0], 0.9), coder.WithR2(plan[1], 0.95));
        var runner = OutputGateRunner.Prepare(spec.Gate!.Outputs!, spec.Folder, model, "m.onnx");
        using var original = runner.OpenOriginal();
        var runs = ReferenceRuns.First(original, runner.Calibration, count: 2, mostBytes: 1 << 20, CancellationToken.None);
        IReadOnlyDictionary<EncodedPlan, double?> Measure(params IReadOnlyList<EncodedPlan>[] groups) => new Sensitivity(
            model, runner, runs, () => TrialModel.OfOriginal(model, Plan.Owners(plan)), threads: 2, CancellationToken.None)
            .Measure(groups, new Deadline(null), ProgressMeter.None);

        var alone = Measure([a], [b]);
        var together = Measure([a, b]);

        double Lost(IReadOnlyDictionary<EncodedPlan, double?> found, EncodedPlan weight) => found[weight]!.Value * weight.Encoded.Distortion;
        Lost(alone, a).ShouldBeGreaterThan(1.5 * Lost(alone, b));
        Lost(together, a).ShouldBe((Lost(alone, a) + Lost(alone, b)) / 2, 1e-6 * Lost(alone, a));
        Lost(together, b).ShouldBe(Lost(together, a), 1e-12);
    }
}
