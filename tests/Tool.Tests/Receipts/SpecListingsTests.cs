using CompressTasks.Spec;
using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tool.Tests.Receipts;

public class SpecListingsTests
{
    [Theory]
    [InlineData("s.npz", new string[0])]
    [InlineData("speech-*.npz", new[] { "speech-*.npz" })]
    [InlineData("a/**/s.npz", new[] { "a/**/s.npz" })]
    [InlineData("sets", new[] { "sets/**" })]
    [InlineData("sets/*", new[] { "sets/*", "sets/*/**" })]
    public void SamplesThatMayAppearOrGoAreListed(string samples, string[] expected)
    {
        Of($"gate: {{ outputs: {{ samples: '{samples}', r2: 0.9 }} }}").ShouldBe(expected);
        Of($"rules: [ {{ weights: '*', stack: [ quantize: {{ for: outputs, calibration: '{samples}' }} ] }} ]\ngate: {{ outputs: {{ samples: t.npz, r2: 0.9 }} }}")
            .ShouldBe(expected);
    }

    [Fact]
    public void WhatIsNamedByItsPathIsNoListing() =>
        SpecListings.Paths(CompressionSpec.Parse("""
            models: [ m.onnx, 'more/*.onnx' ]
            rules: [ { weights: '*', stack: [ quantize: { for: outputs, calibration: { images: a.png } } ] } ]
            gate:
              outputs: { samples: 's.npz', r2: 0.9 }
              metrics: [ { name: score, run: [ eval, '{model}' ], atLeast: 1, inputs: [ eval.py, 'data/*' ] } ]
            """, "/work/compress.yml")).ShouldBe(["compress.yml", "m.onnx", "a.png", "s.npz", "eval.py"], ignoreOrder: true);

    private static IEnumerable<string> Of(string yaml) => SpecListings.Of(CompressionSpec.Parse($"models: [ m.onnx ]\n{yaml}", "/work/compress.yml")).Distinct();
}
