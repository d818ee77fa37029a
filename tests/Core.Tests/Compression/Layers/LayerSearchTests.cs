using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Runnable;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Compression.Layers;

public sealed class LayerSearchTests
{
    private const int Inputs = 64;
    private const int Outputs = 48;
    /// <summary>In each of the two blocks of 32 there is one.</summary>
    private static readonly int[] _large = [0, 9, 40];

    private const string Samples = "samples: { random: { count: 16 } }";

    /// <summary>Matrices of 16 × 16 are multiplied in less time than their inputs are quantized in: SpeedGateTests.</summary>
    [Fact]
    public void LayersThatAreSlowerAsIntegersStayInFloat()
    {
        const int layers = 8;
        var model = Graphs.Model([("x", [1, 16])], [("y", ElementType.Float)],
            [.. Enumerable.Range(0, layers).Select(layer => RewrittenRun.Weight($"w{layer}", layer, 16, 16))],
            [.. Enumerable.Range(0, layers).Select(layer => $"MatMul {Value(layer)},w{layer} -> {Value(layer + 1)}")]);

        using var run = new RewrittenRun(model, "integer: { for: outputs, prefer: speed }", $"gate: {{ outputs: {{ {Samples}, r2: 0.5 }} }}");

        run.Outcome.Accepted.ShouldBeTrue();
        run.Operators.ShouldAllBe(type => type == "MatMul");
        var search = run.Outcome.Report.Runnable!.Search.ShouldNotBeNull();
        search.Layers.Select(layer => layer.Form).ShouldAllBe(form => form == "float32");
        string[] reasons = ["slower with integers", "no model with integers is faster than the original"];
        search.Layers.ShouldAllBe(layer => reasons.Contains(layer.Reason));

        string Value(int layer) => layer == 0 ? "x" : layer == layers ? "y" : $"h{layer}";
    }

    /// <summary>The same model that the gate on speed catches with all layers as integers: SpeedGateTests.</summary>
    [NpmFact]
    [Trait("Speed", "Slow")]
    public void LayersOfARealModelThatAreSlowerAsIntegersStayInFloat()
    {
        using var folder = new TemporaryFolder();
        var outcome = SpecRun.Compress(folder, $$"""
            models: [ { path: {{SpecRun.Quote(NpmModels.Cls)}}, format: onnx } ]
            rules: [ { weights: '**', stack: [ integer: { for: outputs, prefer: speed } ] } ]
            gate: { speed: 0.9, outputs: { samples: { random: { count: 4, shapes: { x: [ 1, 3, 48, 192 ] } } }, r2: 0.98 } }
            """);
        outcome.Accepted.ShouldBeTrue(string.Join('\n', outcome.Diagnostics));
        outcome.Report.Runnable!.Search!.Layers.ShouldContain(layer => (layer.Form == "float32" || layer.Form == "float16") && layer.IsInTheWay);
    }

    /// <summary>A product of 64 × 1024 × 1024 takes several times as long in float as in integers, with or without VNNI.</summary>
    [Fact]
    public void ALargeLayerBecomesFaster()
    {
        var model = Graphs.Model([("x", [64, 1024])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 1, 1024, 1024)], "MatMul x,w -> y");

        using var run = new RewrittenRun(model, "integer: { for: outputs }", $"gate: {{ speed: 1, outputs: {{ {Samples}, r2: 0.99 }} }}");

        run.Outcome.Accepted.ShouldBeTrue(string.Join('\n', run.Outcome.Diagnostics));
        var layer = run.Outcome.Report.Runnable!.Search!.Layers.ShouldHaveSingleItem();
        (layer.Path, layer.Form).ShouldBe(("w", "8 bits"));
        layer.Tried.Single(form => form.Form == "8 bits").SavedMilliseconds!.Value.ShouldBeGreaterThan(0);
    }

    /// <summary>
    /// "b" has rows of about 1000 that meet zeros only: with a step for 1000, its other values, below 1, are 0, and half of the output is gone. In
    /// float16 they keep 11 bits. "a" has nothing of the kind.
    /// </summary>
    [Fact]
    public void ALayerThatLosesTooMuchFallsBack()
    {
        using var run = new RewrittenRun(WithOutliers(), "integer: { for: outputs, prefer: size }", $"gate: {{ outputs: {{ {Samples}, r2: 0.9 }} }}");

        run.Outcome.Accepted.ShouldBeTrue(string.Join('\n', run.Outcome.Diagnostics));
        run.Outcome.Diagnostics.ShouldBeEmpty();
        var layers = run.Outcome.Report.Runnable!.Search!.Layers.ToDictionary(layer => layer.Path);
        layers["a"].Form.ShouldBe("4 bits");
        (layers["a"].Reason, layers["a"].IsInTheWay).ShouldBe(("the smallest", false));
        layers["b"].Form.ShouldBe("float16");
        layers["b"].IsInTheWay.ShouldBeTrue();
        layers["b"].Reason.ShouldStartWith("8 bits alone would lose ");

        // 64 × 48 values: of 4 bytes, of 1 with a scale for each of 48 channels, half a byte with a scale for each of 2 × 48 blocks, and of 2.
        layers["a"].Tried.Select(form => (form.Form, form.SavedBytes)).ShouldBe(
            [("8 bits", 12288 - 3072 - 192), ("8 bits, activations per token", 12288 - 3072 - 192), ("8 bits, residual activations", 12288 - 3072 - 192), ("4 bits", 12288 - 1536 - 384), ("float16", 6144)]);
        layers["b"].Tried.Single(form => form.Form == "8 bits").Loss!.Value.ShouldBeInRange(2, 10);
        run.Outcome.Report.Runnable.Search.Trials.ShouldContain(trial => trial.Passed);
    }

    /// <summary>The rounding that was judged is that of the model with all layers of 8 bits, which is not the one that was found.</summary>
    [Fact]
    public void BlocksAreAsLongAsAsked()
    {
        using var run = new RewrittenRun(WithOutliers(), "integer: { for: outputs, prefer: size, block: 64, calibration: { random: { seed: 4, count: 8 } } }",
            $"gate: {{ outputs: {{ {Samples}, r2: 0.9 }} }}");
        run.Outcome.Report.Runnable!.Weights.Single(weight => weight.Path == "a").Stored.ShouldStartWith("4 bits, blocks of 64, MatMulNBits");
        var rounding = run.Outcome.Report.Runnable.Rounding.ShouldNotBeNull();
        (rounding.Calibration.Count, rounding.NearestR2, rounding.R2).ShouldBe((8, null, null));
        run.Outcome.Report.Notes.ShouldContain(note => note.EndsWith(" by what layers meet on 8 random samples.", StringComparison.Ordinal));
    }

    [Fact]
    public void AGoalThatCannotBeMetIsWrittenAndNamesTheLayersInTheWay()
    {
        using var run = new RewrittenRun(WithOutliers(), "integer: { for: outputs, prefer: size }",
            $"gate: {{ ratio: 50, outputs: {{ {Samples}, r2: 0.9 }} }}");

        run.Outcome.Accepted.ShouldBeFalse();
        File.Exists(run.Path).ShouldBeTrue();
        run.Outcome.Diagnostics.Select(diagnostic => (diagnostic.Code, diagnostic.Severity))
            .ShouldBe([("CT4003", Severity.Error), ("CT4037", Severity.Warning)]);
        run.Outcome.Diagnostics[1].Message.ShouldStartWith("m.onnx: ratio does not hold for the best model that the search over layers has found, "
            + "and 1 layer stands in the way: b (float16: 8 bits alone would lose ");
    }

    [Fact]
    public void WithoutTimeThereIsAModelAllTheSame()
    {
        using var run = new RewrittenRun(WithOutliers(), "integer: { for: outputs, maxTime: 0.001 s }",
            $"gate: {{ outputs: {{ {Samples}, r2: 0.9 }} }}");

        run.Outcome.Accepted.ShouldBeTrue();
        run.Outcome.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT4009");
        run.Outcome.Report.Runnable!.Search!.TimedOut.ShouldBeTrue();
    }

    private static ModelProto WithOutliers()
    {
        var b = RewrittenRun.Noise(Inputs * Outputs, 2);
        foreach (var i in _large.SelectMany(row => Enumerable.Range(row * Outputs, Outputs)))
            b[i] = 1000 + (1000 * b[i]);
        return Graphs.Model([("x", [8, Inputs])], [("y", ElementType.Float)],
            [
                RewrittenRun.Weight("a", 1, Inputs, Outputs), Graphs.Matrix("b", Inputs, Outputs, i => b[i]),
                Graphs.Matrix("mask", 1, Inputs, i => _large.Contains(i) ? 0 : 1),
            ],
            "MatMul x,a -> p", "Mul x,mask -> masked", "MatMul masked,b -> q", "Add p,q -> y");
    }
}
