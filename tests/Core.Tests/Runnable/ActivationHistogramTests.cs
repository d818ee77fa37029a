using CompressTasks.Runnable;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class ActivationHistogramTests
{
    /// <summary>0 to 0.999, and one value far outside.</summary>
    private static readonly double[] _values = [.. Enumerable.Range(0, 1000).Select(i => i / 1000.0), 100];

    [Fact]
    public void AllValuesHaveTheirRange() => Of(_values).All().ShouldBe(new ActivationRange(0, 100));

    [Fact]
    public void ARangeHasZeroInIt() => Of([3, 5]).All().ShouldBe(new ActivationRange(0, 5));

    /// <summary>Of 1,001 values a hundredth is ten: the bin below that, of 2,048 over a range of 100, ends behind 0.999.</summary>
    [Fact]
    public void APercentileLeavesOutWhatIsOutside()
    {
        var range = Of(_values).Percentile(0.01);
        (range.Least, range.Most).ShouldBe((0, 21 * 100 / 2048.0));
    }

    /// <summary>Two clusters, 1,000 values up to 1 and ten at 2: the error of every range by plain rounding.</summary>
    [Fact]
    public void LeastSquaresIsNearTheBestRangeOfAll()
    {
        double[] values = [.. Enumerable.Range(0, 20000).Select(i => i / 20000.0), 6];
        var found = Error(values, Of(values).LeastSquares().Most);
        var best = Enumerable.Range(1, 600).Min(i => Error(values, i / 100.0));
        found.ShouldBeInRange(best, best * 1.3);
        found.ShouldBeLessThan(Error(values, 6));
    }

    [Fact]
    public void NothingSeenIsNoRange() => Of([]).LeastSquares().Scale.ShouldBe(1);

    [Fact]
    public void StepAndZeroPointSpanTheRange()
    {
        var range = ActivationRange.Of(-1, 4.1);
        range.Scale.ShouldBe(5.1f / 255, 1e-7f);
        range.ZeroPoint.ShouldBe((byte)50);
    }

    private static double Error(double[] values, double most)
    {
        var step = most / 255;
        return values.Sum(value => Math.Pow(value - (step * Math.Clamp(Math.Round(value / step), 0, 255)), 2));
    }

    private static ActivationHistogram Of(double[] values)
    {
        var histogram = new ActivationHistogram();
        histogram.See(values);
        histogram.Add(values);
        return histogram;
    }
}
