using CompressTasks.Numerics.Fourier;

namespace CompressTasks.Core.Tests.Numerics.Fourier;

public class UnitCircleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(360)]
    [InlineData(4096)]
    [InlineData(100514)]
    public void PointsAreWithinTwoUnitsInTheLastPlaceOfMath(int denominator)
    {
        // Up to an eighth of a turn Math's argument is exact to half a unit; the other points follow by symmetry below.
        for (var i = 0; i <= denominator / 8; i++)
        {
            var angle = 2 * Math.PI * i / denominator;
            var (cosine, sine) = UnitCircle.Point(i, denominator);
            Math.Abs(cosine - Math.Cos(angle)).ShouldBeLessThanOrEqualTo(2 * Math.BitIncrement(Math.Cos(angle)) - (2 * Math.Cos(angle)));
            Math.Abs(sine - Math.Sin(angle)).ShouldBeLessThanOrEqualTo(2 * Math.BitIncrement(Math.Sin(angle)) - (2 * Math.Sin(angle)));
        }
    }

    [Fact]
    public void PointsRepeatAfterATurnAndMirrorExactly()
    {
        for (var i = -300; i < 300; i++)
        {
            var (cosine, sine) = UnitCircle.Point(i, 120);
            UnitCircle.Point(i + 120, 120).ShouldBe((cosine, sine));
            UnitCircle.Point(i + 30, 120).ShouldBe((-sine, cosine));
            UnitCircle.Point(-i, 120).ShouldBe((cosine, -sine));
            UnitCircle.Point(30 - i, 120).ShouldBe((sine, cosine));
            UnitCircle.Point(2 * i, 240).ShouldBe((cosine, sine));
        }
    }

    [Fact]
    public void QuartersAreExact()
    {
        UnitCircle.Point(0, 4).ShouldBe((1, 0));
        UnitCircle.Point(1, 4).ShouldBe((0, 1));
        UnitCircle.Point(2, 4).ShouldBe((-1, 0));
        UnitCircle.Point(3, 4).ShouldBe((0, -1));
    }

    [Fact]
    public void ADenominatorOutOfRangeIsRefused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => UnitCircle.Point(1, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => UnitCircle.Point(1, (1L << 60) + 1));
    }
}
