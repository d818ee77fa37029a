using System.Runtime.Intrinsics;
using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Numerics;

public sealed class DeterministicMathTests
{
    [Fact]
    public void FourLanesHaveTheBitsOfTheScalarExponential()
    {
        var random = new Random(1);
        double[] edges = [0, -0.0, -double.Epsilon, -1e-300, -1e-17, -0.34657359, -0.34657360, -0.5, -707.99999, -708, -708.0000001, -745, -1e9,
            -1e300, double.NegativeInfinity];
        var values = edges.Concat(Enumerable.Range(0, 100_000).Select(i => -random.NextDouble() * Math.Pow(10, (i % 8) - 4))).ToArray();
        for (var i = 0; i + 4 <= values.Length; i++)
        {
            var lanes = DeterministicMath.ExpOfNonPositive(Vector256.LoadUnsafe(ref values[i]));
            for (var lane = 0; lane < 4; lane++)
            {
                BitConverter.DoubleToInt64Bits(lanes[lane])
                    .ShouldBe(BitConverter.DoubleToInt64Bits(DeterministicMath.ExpOfNonPositive(values[i + lane])), $"at {values[i + lane]:R}");
            }
        }
    }

    [Fact]
    public void ExponentialIsThatOfTheLibraryToTwoUnitsInTheLastPlace()
    {
        var random = new Random(2);
        for (var i = 0; i < 100_000; i++)
        {
            var x = -random.NextDouble() * Math.Pow(10, (i % 7) - 4);
            if (x < -700)
                continue;
            var expected = Math.Exp(x);
            Math.Abs(DeterministicMath.ExpOfNonPositive(x) - expected)
                .ShouldBeLessThanOrEqualTo(2 * Math.BitIncrement(expected) - 2 * expected, $"at {x:R}");
        }
    }

    [Fact]
    public void PowersOfTwoAreThoseOfTheLibrary()
    {
        for (var exponent = -1021.0; exponent <= 1021; exponent += 0.37)
        {
            var expected = Math.Pow(2, exponent);
            DeterministicMath.PowerOfTwo(exponent).ShouldBeInRange(expected * (1 - 1e-12), expected * (1 + 1e-12), $"at {exponent:R}");
        }

        DeterministicMath.PowerOfTwo(0).ShouldBe(1);
        DeterministicMath.PowerOfTwo(-1100).ShouldBe(0);
        DeterministicMath.PowerOfTwo(1100).ShouldBe(double.PositiveInfinity);
    }
}
