using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Runnable.HalfPrecision;
using CompressTasks.Spec;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Runnable.HalfPrecision;

public sealed class RoundedCopyTests
{
    private const string Stage = "float16: { graph: true }";

    /// <summary>Input, weight and sum, each to the nearest number of float16, bit for bit.</summary>
    [Theory]
    [MemberData(nameof(DynamicMatMulTests.Levels), MemberType = typeof(DynamicMatMulTests))]
    public void EveryValueIsRounded(GraphOptimizationLevel level)
    {
        var (x, w) = (RewrittenRun.Noise(2048, 1), RewrittenRun.Noise(2048, 2));
        var model = Graphs.Model([("x", [2048])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, 2048)],
            "Add x,w -> h", "Tanh h -> t", "Mul t,x -> y");
        using var run = new RewrittenRun(model, Stage);
        using var original = OnnxModel.Open(run.OriginalPath);
        RoundedCopy.Write(original, run.Path, run["rounded.onnx"]).ShouldBeTrue();
        var found = OnnxRuntimeOutputs.Run(run["rounded.onnx"], [RewrittenRun.Input("x", x, 2048)], level)[0].Bytes;
        for (var i = 0; i < x.Length; i++)
        {
            var sum = (Half)((float)(Half)x[i] + (float)(Half)w[i]);
            var tanh = (double)(Half)Math.Tanh((double)sum);
            var expected = (float)(Half)((float)tanh * (float)(Half)x[i]);

            // ONNX Runtime's own tanh may fall on the other side of a tie: then all is a unit in the last place apart.
            BitConverter.ToSingle(found, 4 * i).ShouldBe(expected, Math.Abs(expected) / 500);
            ((float)(Half)BitConverter.ToSingle(found, 4 * i)).ShouldBe(BitConverter.ToSingle(found, 4 * i));
        }
    }

    /// <summary>300 · 300 passes 65,504: an infinity, which a CPU would not show.</summary>
    [Fact]
    public void TheGateSeesWhatPassesTheRange()
    {
        var model = Graphs.Model([("x", [1, 40])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, 40, 30), RewrittenRun.Weight("v", 3, 40, 30)], "MatMul x,w -> a", "MatMul x,v -> b", "Mul a,b -> y");
        const string gate = "gate: { outputs: { samples: { random: { count: 4, ranges: { x: [1000, 2000] } } }, r2: 0.9 }, onFailure: warning }";
        using var run = new RewrittenRun(model, Stage, gate);
        run.Outcome.Report.Gate!.Passed.ShouldBeFalse();
        using var except = new RewrittenRun(model, "float16: { graph: true, except: Mul }", gate);
        except.Outcome.Report.Gate!.Passed.ShouldBeTrue();

        foreach (var (rewritten, passes) in new[] { (run, false), (except, true) })
        {
            var verification = ArtifactVerifier.Verify(rewritten.Path, rewritten.OriginalPath, threads: 1, CancellationToken.None);
            ArtifactVerifier.Judge(verification, CompressionSpec.Load(rewritten["compress.yml"]), threads: 1, CancellationToken.None)
                .Verification.Gate!.Passed.ShouldBe(passes);
        }
    }

    /// <summary>Weights alone in float16 are floats again before anything computes with them.</summary>
    [Fact]
    public void ThereIsNoneOfOtherModels()
    {
        var model = Graphs.Model([("x", [1, 40])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, 40, 30)], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, "float16");
        using var original = OnnxModel.Open(run.OriginalPath);
        RoundedCopy.Write(original, run.Path, run["rounded.onnx"]).ShouldBeFalse();
        File.Exists(run["rounded.onnx"]).ShouldBeFalse();
    }
}
