using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression;

public sealed class PlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheFirstRuleThatMatchesCounts() => Planned(
        """
        rules:
          - { weights: "a.*", stack: [ quantize: { r2: 0.9 } ], maxElements: 1500 }
          - { weights: "**", stack: [ quantize: { bits: 3 } ] }
        """,
        Build.Raw("a.small", Build.Values(1500)),
        Build.Raw("a.large", Build.Values(1501)))
        .Select(plan => plan.Stack!.Stages[0])
        .Select(stage => stage switch { QuantizeSpec.ToR2 target => $"r2 {target.R2}", QuantizeSpec.ToBits target => $"bits {target.Bits}", _ => "" })
        .ShouldBe(["r2 0.9", "bits 3"]);

    [Fact]
    public void WhatIsKeptSaysWhy()
    {
        var sparse = new SparseTensorProto { Values = Build.Raw("sparse", 1, 2), Indices = Integers("", 1, 5), Dims = { 2000 } };
        var graph = Build.Graph(
            Integers("integers", [.. Enumerable.Range(0, 2000)]),
            Build.Raw("small", Build.Values(1023)),
            Build.Raw("enough", Build.Values(1024)),
            Build.Raw("unnamed", Build.Values(2000)),
            Build.Raw("empty"),
            Build.Raw("exact", Build.Values(2000, 1)));
        graph.SparseInitializer.Add(sparse);
        var plans = Planned(
            """
            rules:
              - { weights: exact, stack: [ lossless ] }
              - { weights: [ integers, small, enough, empty, "sparse*" ], stack: [ quantize: { r2: 0.9 } ] }
            """,
            Build.Model(graph)).ToDictionary(plan => plan.Weight.Path, plan => plan.KeepBecause);
        plans["integers"].ShouldBe("int64, not floating-point");
        plans["small"].ShouldBe("fewer than 1024 elements");
        plans["enough"].ShouldBeNull();
        plans["unnamed"].ShouldBe("no rule matches");
        plans["empty"].ShouldBe("has no elements");
        plans["exact"].ShouldBe("lossless by rule");
        plans.Where(pair => pair.Value == "sparse").Count().ShouldBe(2);
        plans.Count.ShouldBe(8);
    }

    [Fact]
    public void EqualWeightsShareOneChunk()
    {
        var plans = Planned(
            """rules: [ { weights: "**", stack: [ quantize: { r2: 0.9 } ] } ]""",
            Build.Raw("a", Build.Values(1024)), Build.Raw("b", Build.Values(1024)), Build.Raw("c", Build.Values(1024, 1)));
        plans.Select(plan => (plan.Weight.Path, plan.SharedWith?.Path, plan.HasChunk))
            .ShouldBe([("a", null, true), ("b", "a", false), ("c", null, true)]);
    }

    [Fact]
    public void EqualWeightsUnderDifferentStacksHaveAChunkEach()
    {
        var plans = Planned(
            """
            stacks: { fine: [ quantize: { r2: 0.99 } ] }
            rules:
              - { weights: a, stack: [ quantize: { r2: 0.9 } ] }
              - { weights: b, stack: fine }
              - { weights: d, stack: fine }
            """,
            [.. new[] { "a", "b", "c", "d", "e" }.Select(name => Build.Raw(name, Build.Values(1024)))]);
        plans.Select(plan => (plan.Weight.Path, plan.SharedWith?.Path, plan.HasChunk))
            .ShouldBe([("a", null, true), ("b", null, true), ("c", null, true), ("d", "b", false), ("e", "c", false)]);
    }

    [Fact]
    public void OneExternalPlaceHasOneChunkWhateverTheRulesSay()
    {
        _folder.Write("w.bin", [.. Build.Bytes(Build.Values(1024)), .. Build.Bytes(Build.Values(1024))]);
        var plans = Planned(
            """
            rules:
              - { weights: copy, stack: [ quantize: { r2: 0.9 } ] }
              - { weights: first, stack: [ quantize: { r2: 0.99 } ] }
              - { weights: second, stack: [ quantize: { r2: 0.999 } ] }
            """,
            Build.External("copy", "w.bin", 0, 1024), Build.External("first", "w.bin", 4096, 1024), Build.External("second", "w.bin", 4096, 1024));
        plans.Select(plan => (plan.Weight.Path, plan.SharedWith?.Path, plan.HasChunk))
            .ShouldBe([("copy", null, true), ("first", null, true), ("second", "first", false)]);
    }

    [Fact]
    public void AScatteredPayloadThatIsKeptStaysInTheStructure()
    {
        var scattered = Build.Tensor("scattered", ElementType.Float16, 1024);
        scattered.Int32Data.AddRange(Enumerable.Range(0, 1024));
        var raw = Build.Tensor("raw", ElementType.Float16, 1024);
        raw.RawData = ByteString.CopyFrom([.. Enumerable.Range(0, 1024).SelectMany(bits => new[] { (byte)bits, (byte)(bits >> 8) })]);
        Planned("rules: []", scattered, raw).Select(plan => (plan.Weight.Path, plan.SharedWith, plan.HasChunk))
            .ShouldBe([("scattered", null, false), ("raw", null, true)]);
    }

    [Fact]
    public void AComputedTableIsKeptUnlessItsRuleCodesTables()
    {
        TensorProto[] weights = [Ramp("window"), Ramp("ramp"), Build.Raw("trained", Build.Values(1024))];
        Planned(
            """
            rules:
              - { weights: "window", tables: code, stack: [ quantize: { r2: 0.9 } ] }
              - { weights: "**", stack: [ quantize: { r2: 0.9 } ] }
            """,
            weights).Select(plan => (plan.Weight.Path, plan.KeepBecause, plan.Stack?.Name))
            .ShouldBe([("window", null, "quantize"), ("ramp", "a computed table: sinusoids", null), ("trained", null, "quantize")]);
    }

    [Fact]
    public void AMaskIsLeftToTheEncoderWhichKnowsIt()
    {
        var mask = Build.Tensor("mask", ElementType.Float, 64, 64);
        mask.RawData = ByteString.CopyFrom(Build.Bytes([.. Enumerable.Range(0, 4096).Select(i => i / 64 >= i % 64 ? 1f : 0f)]));
        Planned("rules: [ { weights: mask, stack: [ quantize: { r2: 0.9 } ] } ]", mask).ShouldHaveSingleItem().KeepBecause.ShouldBeNull();
    }

    [Fact]
    public void RulesThatCompressNothingAreNamedAtTheirLines()
    {
        var error = Unused(
            """
            models: [ m.onnx ]
            rules:
              - { weights: "a", stack: [ quantize: { r2: 0.9 } ] }
              - { weights: "aa", stack: [ quantize: { r2: 0.9 } ] }
              - { weights: "**", stack: [ quantize: { r2: 0.9 } ] }
              - { weights: "b", stack: [ quantize: { r2: 0.9 } ] }
            """,
            Build.Raw("a", Build.Values(1024)), Build.Raw("b", Build.Values(1024, 1)));
        error.Diagnostics.Select(d => (d.Code, d.Location!.Line)).ShouldBe([("CT1025", 4), ("CT1025", 6)]);
        error.Diagnostics[1].Message.ShouldEndWith("rules above it take every weight that it matches; move it up");
    }

    [Fact]
    public void ARuleOnIntegersOnlyCompressesNothing() => Unused(
        "models: [ m.onnx ]\nrules:\n  - { weights: \"ids\", stack: [ quantize: { r2: 0.9 } ] }",
        Integers("ids", [.. Enumerable.Range(0, 2000)]), Build.Raw("w", Build.Values(1024)))
        .Diagnostics.ShouldHaveSingleItem().Message.ShouldEndWith("no floating-point weight matches, and every other one is carried losslessly");

    [Fact]
    public void ALosslessRuleOnIntegersHasItsEffect() =>
        Planned("rules: [ { weights: ids, stack: [ lossless ] } ]", Integers("ids", 1, 2)).Count.ShouldBe(1);

    [Fact]
    public void ASpecMadeFromAModelNeedNotFindAnything()
    {
        var path = _folder.Write("m.onnx", Build.Model(Build.Raw("w", 1, 2)));
        using var model = OnnxModel.Open(path);
        Plan.RequireRulesUsed(CompressionSpec.ForModel(path, 0.9), [model]);
    }

    private static TensorProto Ramp(string name) => Build.Raw(name, [.. Enumerable.Range(0, 1024).Select(i => i / 1024f)]);

    private static TensorProto Integers(string name, params int[] values)
    {
        var tensor = Build.Tensor(name, ElementType.Int64, values.Length);
        tensor.RawData = ByteString.CopyFrom([.. values.SelectMany(value => BitConverter.GetBytes((long)value))]);
        return tensor;
    }

    private IReadOnlyList<WeightPlan> Planned(string rules, params TensorProto[] weights) => Planned(rules, Build.Model(weights));

    private IReadOnlyList<WeightPlan> Planned(string rules, ModelProto proto)
    {
        using var model = OnnxModel.Open(_folder.Write("m.onnx", proto));
        var spec = CompressionSpec.Parse($"models: [ m.onnx ]\n{rules}", _folder["compress.yml"]);
        Plan.RequireRulesUsed(spec, [model]);
        return Plan.Create(spec, model);
    }

    private CompressException Unused(string yaml, params TensorProto[] weights)
    {
        using var model = OnnxModel.Open(_folder.Write("m.onnx", Build.Model(weights)));
        return Should.Throw<CompressException>(() => Plan.RequireRulesUsed(CompressionSpec.Parse(yaml, "compress.yml"), [model]));
    }
}
