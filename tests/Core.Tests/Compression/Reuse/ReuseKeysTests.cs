using CompressTasks.Compression.Reuse;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Compression.Reuse;

public sealed class ReuseKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ReuseKeysTests() => _folder.Write("model.onnx", Graphs.Model([("x", [1, 64])], [("y", ElementType.Float)],
        [Graphs.Matrix("a", 64, 64, i => i % 7), Graphs.Matrix("b", 64, 64, i => i % 5)], "MatMul x,a -> p", "MatMul p,b -> y"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("quantize: { r2: 0.99 }", "quantize: { r2: 0.9900 }")]
    [InlineData("quantize: { r2: 0.99 }", "quantize: { r2: 0.99, of: all }")]
    public void EqualStacksHaveEqualKeys(string stage, string other) => Key(Rule(stage)).ShouldBe(Key($"# Why\n{Rule(other)}"));

    [Theory]
    [InlineData("quantize: { r2: 0.99 }", "quantize: { r2: 0.990001 }")]
    [InlineData("quantize: { r2: 0.99 }", "quantize: { r2: 0.99, of: bulk }")]
    [InlineData("quantize: { r2: 0.99 }", "quantize: { r2: 0.99, allocate: model }")]
    [InlineData("quantize: { r2: 0.99 }", "quantize: { step: 0.99 }")]
    [InlineData("haar: { keep: 0.5 }", "haar: { keep: 0.25 }")]
    [InlineData("haar: { keep: 0.5 }", "haar: { keep: 0.5, axis: rows }")]
    [InlineData("haar: { keep: 0.5 }", "haar: { keep: 0.5 }, residual: { r2: 0.9 }")]
    [InlineData("gaussian: { components: 2, block: 16 }", "gaussian: { components: 2, block: 32 }")]
    [InlineData("recursive: { pca: { keep: 0.5 }, maxLevels: 2 }", "recursive: { pca: { keep: 0.5 }, maxLevels: 3 }")]
    [InlineData("quantize: { r2: 0.99 }", "lossless")]
    public void EveryOptionCounts(string stage, string other) => Key(Rule(stage)).ShouldNotBe(Key(Rule(other)));

    [Fact]
    public void WhichWeightsARuleIsForCounts()
    {
        var all = Key(Rule("quantize: { r2: 0.99 }"));
        Key("rules: [ { weights: [ a, b ], stack: [ quantize: { r2: 0.99 } ] } ]").ShouldBe(all);
        Key("rules: [ { weights: [ '*' ], minElements: 100, stack: [ quantize: { r2: 0.99 } ] } ]").ShouldBe(all);
        Key("rules: [ { weights: a, stack: [ quantize: { r2: 0.99 } ] } ]").ShouldNotBe(all);
        Key("rules: [ { weights: '**', tables: code, stack: [ quantize: { r2: 0.99 } ] } ]").ShouldNotBe(all);
    }

    /// <summary>What several weights aim at together, two stacks aim at apart.</summary>
    [Fact]
    public void TwoStacksWithEqualStagesAreNotOne()
    {
        const string Stage = "quantize: { r2: 0.99, allocate: model }";
        Key($"rules: [ {{ weights: a, stack: [ {Stage} ] }}, {{ weights: b, stack: [ {Stage} ] }} ]").ShouldNotBe(Key(Rule(Stage)));
    }

    [Theory]
    [InlineData("gate: { r2: 0.9 }")]
    [InlineData("gate: { outputs: { samples: { random: { count: 2 } }, r2: 0.9 } }")]
    [InlineData("output: elsewhere")]
    public void WhatOnlyJudgesDoesNotCount(string keys) =>
        Key($"{Rule("quantize: { r2: 0.99 }")}\n{keys}").ShouldBe(Key(Rule("quantize: { r2: 0.99 }")));

    [Theory]
    [InlineData("count: 2 } }, r2: 0.9", "count: 2 } }, r2: 0.8", true, false)]
    [InlineData("count: 2 } }, r2: 0.9", "count: 3 } }, r2: 0.9", false, false)]
    [InlineData("count: 2 } }, r2: 0.9", "count: 2, seed: 4 } }, r2: 0.9", false, false)]
    [InlineData("count: 2 } }, r2: 0.9", "count: 2 } }, r2: 0.9, logits: true", false, false)]
    [InlineData("count: 2 } }, r2: 0.9", "count: 2 } }, r2: 0.9, only: y", false, false)]
    [InlineData("count: 2 } }, r2: 0.9", "count: 2 } }, r2: 0.9, cosine: 0.9", false, false)]
    [InlineData("count: 2 } }, r2: 0.9", "count: 2 } },   r2: 0.90", true, true)]
    public void ASearchAimsAtAllOfTheGateAndMeasurementsAreOfAllButThresholds(string outputs, string other, bool measuresTheSame, bool makesTheSame)
    {
        var (first, second) = (Keys(Search(outputs)), Keys(Search(other)));
        (second.Outputs == first.Outputs, second.Artifact == first.Artifact).ShouldBe((measuresTheSame, makesTheSame));

        static string Search(string outputs) => $"{Rule("quantize: { for: outputs }")}\ngate: {{ outputs: {{ samples: {{ random: {{ {outputs} }} }}";
    }

    [Theory]
    [InlineData("integer", "integer: { bits: 7 }")]
    [InlineData("integer: { activations: none }", "integer: { activations: none, block: 64 }")]
    [InlineData("integer", "float16")]
    [InlineData("integer", "integer, quantize: { r2: 0.99 }")]
    [InlineData("integer", "integer: { calibration: { random: { count: 3 } } }")]
    [InlineData("integer: { calibration: { random: { count: 2 } } }", "integer: { calibration: { random: { count: 3 } } }")]
    [InlineData("integer: { activations: static, calibration: { random: { count: 2 } } }",
        "integer: { activations: static, calibration: { random: { count: 3 } } }")]
    public void EveryOptionOfARewritingStageCounts(string stage, string other) => Key(Rule(stage)).ShouldNotBe(Key(Rule(other)));

    [Theory]
    [InlineData("quantize: { r2: 0.99 }", true)]
    [InlineData("integer", false)]
    public void FormatAndNameCountWhereAGraphIsRewritten(string stage, bool isEqual)
    {
        (Key(Rule(stage), name: "other") == Key(Rule(stage))).ShouldBe(isEqual);
        (Key(Rule(stage), ModelFormat.Both) == Key(Rule(stage))).ShouldBe(isEqual);
    }

    /// <summary>Its ranges are those by which the outputs that are compared are the closest.</summary>
    [Theory]
    [InlineData("r2: 0.9", "r2: 0.8", true)]
    [InlineData("r2: 0.9", "r2: 0.9, only: y", false)]
    public void StaticRangesDependOnTheGatesSamplesAndNotOnItsThresholds(string gate, string other, bool isEqual)
    {
        (Static(gate) == Static(other)).ShouldBe(isEqual);

        string Static(string rest) =>
            Key($"{Rule("integer: { activations: static }")}\ngate: {{ outputs: {{ samples: {{ random: {{ count: 2 }} }}, {rest} }} }}");
    }

    [Theory]
    [InlineData("r2: 0.9 }", "r2: 0.9 }, ratio: 2", true)]
    [InlineData("r2: 0.9 }", "r2: 0.8 }", false)]
    [InlineData("r2: 0.9 }, speed: 1.5", "r2: 0.9 }, speed: 2", true)]
    [InlineData("r2: 0.9 }, speed: 1.5", "r2: 0.9 }, speed: { atLeast: 1.5, threads: 2 }", false)]
    public void ASearchOverLayersAimsAtTheOutputsAndTimesAsTheGateDoes(string gate, string other, bool isEqual)
    {
        (Search(gate) == Search(other)).ShouldBe(isEqual);

        string Search(string rest) =>
            Key($"{Rule("integer: { for: outputs }")}\ngate: {{ outputs: {{ samples: {{ random: {{ count: 2 }} }}, {rest} }}");
    }

    [Fact]
    public void SamplesThatAreNotThereHaveNoKey() =>
        Keys($"{Rule("quantize: { r2: 0.9 }")}\ngate: {{ outputs: {{ samples: none.npz, r2: 0.9 }} }}").ShouldBe(new(null, null, null));

    private string Key(string yaml, ModelFormat format = ModelFormat.Onnxz, string name = "model") =>
        Keys(yaml, format, name).Artifact.ShouldNotBeNull();

    private ReuseKeys Keys(string yaml, ModelFormat format = ModelFormat.Onnxz, string name = "model")
    {
        using var model = OnnxModel.Open(_folder["model.onnx"]);
        return ReuseKeys.Of(CompressionSpec.Parse($"models: [ model.onnx ]\n{yaml}\n", _folder["compress.yml"]), model, format, name);
    }

    private static string Rule(string stage) => $"rules: [ {{ weights: '**', stack: [ {stage} ] }} ]";
}
