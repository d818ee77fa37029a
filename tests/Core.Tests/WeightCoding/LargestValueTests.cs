using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Core.Tests.WeightCoding;

/// <summary>Weights that were clamped to the range of their type, as trainers of float16 do.</summary>
public sealed class LargestValueTests
{
    [Fact]
    public void AWeightThatTouchesItIsCodedLikeAnyOther()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 4096).Select(_ => Math.Clamp(2e5 * (random.NextDouble() - 0.5), -65504, 65504))];
        var payload = new byte[2 * values.Length];
        ElementConversion.WriteValues(ElementType.Float16, values, payload);
        var at = new CompressTasks.Diagnostics.SourceLocation("s.yml");
        var stack = new StackSpec("q", [new QuantizeSpec.ToR2(0.99, at)], at);
        var encoded = WeightEncoder.Encode(payload, ElementType.Float16, [64, 64], stack, 1, default);
        encoded.KeptBecause.ShouldBeNull();
        encoded.Error.R2.ShouldBeInRange(0.99, 0.9999);
    }
}
