using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.WeightCoding;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Core.Tests.WeightCoding;

public class ParameterEncoderTests
{
    private static readonly SourceLocation _at = new("compress.yml", 1, 1);

    [Fact]
    public void ParametersTakeFarLessThanTheirFloats()
    {
        // 64 rows × 24 parameters as float32 would be 6,144 bytes; at a thousandth of the stack's own error about 10 bits each do.
        var encoded = Encode(new GaussianSpec(8, 256, GaussianFreedom.All, _at));
        encoded.Levels[^1].Name.ShouldBe("stored");
        encoded.Chunk.Length.ShouldBeLessThan(64 * 24 * 4 / 2);
        (1 - encoded.Levels[^1].R2ToWeights).ShouldBeLessThanOrEqualTo((1.002 * (1 - encoded.Levels[^2].R2ToWeights)) + 1e-12);
    }

    [Fact]
    public void AResidualLetsParametersBeCoarserAndStillMeetsItsTarget()
    {
        var closed = Encode(new GaussianSpec(8, 256, GaussianFreedom.All, _at), new ResidualSpec(0.99, _at));
        closed.Levels.Select(level => level.Name).ShouldBe(["weights", "gaussian", "stored", "residual"]);
        closed.Error.R2.ShouldBeGreaterThanOrEqualTo(0.99);
        closed.Error.R2.ShouldBeLessThan(0.9902);
    }

    [Fact]
    public void AStackThatLosesNothingStoresItsParametersExactly()
    {
        // A Haar transform that keeps every coefficient makes only rounding errors: there is no error to hide behind.
        var encoded = Encode(new HaarSpec(1, TransformAxis.Columns, _at));
        encoded.Levels[^1].R2ToWeights.ShouldBeGreaterThan(1 - 1e-12);
    }

    private static EncodedWeight Encode(params StageSpec[] stages)
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 64 * 256).Select(_ => random.NextDouble() - random.NextDouble()).ToArray();
        var payload = new byte[values.Length * sizeof(float)];
        ElementConversion.WriteValues(ElementType.Float, values, payload);
        return WeightEncoder.Encode(payload, ElementType.Float, [64, 256], new StackSpec("s", stages, _at), 1, CancellationToken.None);
    }
}
