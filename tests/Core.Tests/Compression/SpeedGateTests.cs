using CompressTasks.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Runnable;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Real runs of small models. What is asserted of times holds on a busy machine as well.</summary>
public sealed class SpeedGateTests
{
    private const int Size = 16;
    private const int Layers = 12;

    /// <summary>A matrix of 16 × 16 is multiplied in less time than its inputs are quantized in.</summary>
    [Theory]
    [InlineData("dynamic", "DynamicQuantizeMatMul")]
    [InlineData("static", "QuantizeLinear")]
    public void IntegersThatAreSlowerThanFloatAreCaught(string activations, string operation)
    {
        using var run = Tiny($"integer: {{ activations: {activations} }}", "gate: { speed: 1, outputs: { samples: { random: { count: 8 } } } }");

        run.Outcome.Accepted.ShouldBeFalse();
        var finding = run.Outcome.Diagnostics.Single(diagnostic => diagnostic.Code == "CT4018");
        (finding.Severity, finding.Location!.Line).ShouldBe((Severity.Error, 4));
        finding.Message.ShouldContain("the gate asks for at least 1. Median of ");
        var speed = run.Outcome.Report.Speed.ShouldNotBeNull();
        speed.Ratio.ShouldBeLessThan(1);
        run.Outcome.Report.Gate.Checks.ShouldHaveSingleItem().ShouldBe(new("speed", 1, speed.Ratio, false));
        (speed.Source.Count, speed.Runs, speed.Threads).ShouldBe((8, 8, 1));
        speed.Inputs.ShouldHaveSingleItem().Shape.ShouldBe([1, Size]);
        speed.Operators.ShouldContain(type => type.Operator == "MatMul" && type.OriginalMilliseconds > 0);
        speed.Operators.ShouldContain(type => type.Operator == operation && type.OriginalMilliseconds == 0 && type.RestoredMilliseconds > 0);
    }

    /// <summary>PP-OCR's classifier of directions: convolutions of few channels, and what lies between them is computed in float.</summary>
    [NpmFact]
    [Trait("Speed", "Slow")]
    public void ARealModelThatIsSlowerAsIntegersIsCaught()
    {
        using var folder = new TemporaryFolder();
        var outcome = SpecRun.Compress(folder, $$"""
            models: [ { path: {{SpecRun.Quote(NpmModels.Cls)}}, format: onnx } ]
            rules: [ { weights: '**', stack: [ integer: { activations: static } ] } ]
            gate: { speed: 1, outputs: { samples: { random: { count: 4, shapes: { x: [ 1, 3, 48, 192 ] } } } } }
            """);
        outcome.Accepted.ShouldBeFalse();
        outcome.Report.Speed!.Ratio.ShouldBeLessThan(1);
        outcome.Diagnostics.ShouldContain(diagnostic => diagnostic.Code == "CT4018");
    }

    [Fact]
    public void WithoutSamplesRandomOnesServe()
    {
        using var run = Tiny("integer", "gate: { speed: { atLeast: 0.001, threads: 2, maxTime: 5 s } }");

        run.Outcome.Accepted.ShouldBeTrue();
        var speed = run.Outcome.Report.Speed.ShouldNotBeNull();
        (speed.Source.Kind, speed.Source.Path, speed.Threads).ShouldBe(("random", null, 2));
        speed.LowerQuartile.ShouldBeLessThanOrEqualTo(speed.Ratio);
        speed.UpperQuartile.ShouldBeGreaterThanOrEqualTo(speed.Ratio);
        foreach (var model in new[] { speed.Original, speed.Restored })
        {
            model.Milliseconds.ShouldBeGreaterThan(0);
            model.LoadMilliseconds.ShouldBeGreaterThan(0);
        }
    }

    /// <summary>Of an artifact, the session that is opened from it; and samples go into a run together.</summary>
    [Fact]
    public void ArtifactsAreTimedAndSamplesMakeABatch()
    {
        var model = Model([-1, Size]);
        using var run = new RewrittenRun(model, "integer", """
            gate: { speed: { atLeast: 0.001, batch: 3 }, outputs: { samples: { random: { count: 6, shapes: { x: [ 1, 16 ] } } } } }
            """, format: "onnxz");

        var speed = run.Outcome.Report.Speed.ShouldNotBeNull();
        speed.Failure.ShouldBeNull();
        speed.Ratio.ShouldBeGreaterThan(0);
        (speed.Runs * speed.Inputs.Single().Shape[0]).ShouldBe(6);
    }

    [Fact]
    public void NoTimeIsAFewPairsAllTheSame()
    {
        using var run = Tiny("integer", "gate: { speed: { atLeast: 0.001, maxTime: 0.001 s } }");
        run.Outcome.Report.Speed!.Pairs.ShouldBe(3);
    }

    private static RewrittenRun Tiny(string stage, string gate) => new(Model([1, Size]), stage, gate);

    private static ModelProto Model(long[] shape) => Graphs.Model([("x", shape)], [("y", ElementType.Float)],
        [.. Enumerable.Range(0, Layers).Select(layer => RewrittenRun.Weight($"w{layer}", layer, Size, Size))],
        [.. Enumerable.Range(0, Layers).Select(layer => $"MatMul {Value(layer)},w{layer} -> {Value(layer + 1)}")]);

    private static string Value(int layer) => layer == 0 ? "x" : layer == Layers ? "y" : $"h{layer}";
}
