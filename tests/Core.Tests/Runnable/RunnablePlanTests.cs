using CompressTasks.Compression;
using CompressTasks.Compression.Planning;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class RunnablePlanTests
{
    /// <summary>40 × 24 integers of a byte and 24 scales of four.</summary>
    [Fact]
    public void APlanTellsPatternSizeAndReason()
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.onnx", Graphs.Model([("x", [1, 40])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, 40, 24), RewrittenRun.Weight("m", 4, 50, 24)], "MatMul x,w -> h", "Mul h,m -> y"));
        var spec = CompressionSpec.Parse("""
            models: [ { path: m.onnx, format: onnx } ]
            rules: [ { weights: '**', minElements: 8, stack: [ integer ] } ]
            """, folder["compress.yml"]);
        var plan = Planner.Run(spec, new CompressionOptions(), CancellationToken.None).ShouldHaveSingleItem();
        plan.ArtifactPath.ShouldEndWith("m.onnx");
        plan.Weights.Select(weight => (weight.Path, weight.Stack, weight.Target ?? weight.KeptBecause, weight.EstimatedBytes)).ShouldBe(
        [
            ("w", "integer", "8 bits per channel, MatMulInteger", (40 * 24) + (4 * 24)),
            ("m", null, "left in float: it is used by Mul", 4 * 50 * 24),
        ]);
    }

    [Fact]
    public void APlanLeavesToTheRunWhatASearchFinds()
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.onnx", Graphs.Model([("x", [1, 40])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, 40, 24), RewrittenRun.Weight("m", 4, 50, 24)], "MatMul x,w -> h", "Mul h,m -> y"));
        var spec = CompressionSpec.Parse("""
            models: [ { path: m.onnx, format: onnx } ]
            rules: [ { weights: '**', minElements: 8, stack: [ integer: { for: outputs } ] } ]
            gate: { outputs: { samples: { random: {} }, r2: 0.9 } }
            """, folder["compress.yml"]);
        var plan = Planner.Run(spec, new CompressionOptions(), CancellationToken.None).ShouldHaveSingleItem();
        plan.EstimatedBytes.ShouldBeNull();
        plan.Weights.Select(weight => (weight.Path, weight.Stack, weight.Target ?? weight.KeptBecause, weight.EstimatedBytes)).ShouldBe(
        [
            ("w", "integer", "float32, float16, 8 or 4 bits, for gate.outputs", null),
            ("m", null, "left in float: it is used by Mul", 4 * 50 * 24),
        ]);
    }
}
