using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class UnusedRuleTests
{
    private static readonly (string Path, long Elements, string ElementType)[] _weights =
    [
        ("blocks.0.attn.weight", 4096, "float32"), ("blocks.0.mlp.weight", 512, "float32"), ("head.bias", 10, "float32"), ("zz", 9999, "float32"),
    ];

    private static string Explain(string weights, params (string, long, string)[] model)
    {
        var spec = CompressionSpec.Parse($"models: [ m ]\nrules:\n  - weights: \"{weights}\"\n    stack: [ quantize: {{ r2: 0.9 }} ]",
            "compress.yml");
        return SpecDiagnostics.RuleMatchesNoWeight(spec.Rules[0], "m.onnx", model).ToString();
    }

    [Fact]
    public void TheNearestPathsAreShown() =>
        Explain("block.*.mlp.weight", _weights).ShouldBe(
            "compress.yml(3,14): error CT1025: the rule \"block.*.mlp.weight\" compresses no weight of m.onnx: no path matches; "
            + "the nearest are \"blocks.0.mlp.weight\", \"blocks.0.attn.weight\" and \"head.bias\"");

    [Fact]
    public void WeightsThatAreTooSmallAreNamed() =>
        Explain("*.mlp.*", _weights)
            .ShouldEndWith(": 1 match by path, none by size and type; the largest is \"blocks.0.mlp.weight\" with 512 values of float32");

    [Fact]
    public void RulesAboveAreBlamed() => Explain("**", _weights).ShouldEndWith(": rules above it take every weight that it matches; move it up");

    [Fact]
    public void AModelWithoutWeightsSaysSo() => Explain("**").ShouldEndWith(": it has no weights");
}
