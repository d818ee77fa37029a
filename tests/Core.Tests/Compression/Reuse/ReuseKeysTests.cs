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

    [Fact]
    public void SamplesThatAreNotThereHaveNoKey() =>
        Keys($"{Rule("quantize: { r2: 0.9 }")}\ngate: {{ outputs: {{ samples: none.npz, r2: 0.9 }} }}").ShouldBe(new(null, null, null));

    private string Key(string yaml) => Keys(yaml).Artifact.ShouldNotBeNull();

    private ReuseKeys Keys(string yaml)
    {
        using var model = OnnxModel.Open(_folder["model.onnx"]);
        return ReuseKeys.Of(CompressionSpec.Parse($"models: [ model.onnx ]\n{yaml}\n", _folder["compress.yml"]), model);
    }

    private static string Rule(string stage) => $"rules: [ {{ weights: '**', stack: [ {stage} ] }} ]";
}
