using CompressTasks.Outputs.Speed;

namespace CompressTasks.Core.Tests.Outputs.Speed;

public sealed class PairedTimesTests
{
    /// <summary>Ratios 1, 2, 3, 4, 10: a mean of 4, which one disturbed pair has made, and a median of 3.</summary>
    [Fact]
    public void TheMedianOfRatiosCountsNotTheRatioOfSums()
    {
        var pairs = new PairedTimes(1);
        foreach (var (original, restored) in new[] { (4.0, 1.0), (10, 1), (2, 2), (6, 2), (6, 3) })
            pairs.Add(original, restored);
        (pairs.LowerQuartile, pairs.Ratio, pairs.UpperQuartile).ShouldBe((2, 3, 4));
        (pairs.Original, pairs.Restored, pairs.Count).ShouldBe((6, 2, 5));
    }

    /// <summary>Of 1, 2, 4, 8 the quartiles lie at places 0.75, 1.5 and 2.25.</summary>
    [Theory]
    [InlineData(0.25, 1.75)]
    [InlineData(0.5, 3)]
    [InlineData(0.75, 5)]
    [InlineData(1, 8)]
    public void BetweenTwoValuesAQuantileIsInProportion(double share, double expected) =>
        PairedTimes.Quantile([8, 1, 4, 2], share).ShouldBe(expected);

    [Fact]
    public void WithoutPairsNothingIsKnown()
    {
        var pairs = new PairedTimes(1);
        double.IsNaN(pairs.Ratio).ShouldBeTrue();
        pairs.IsClear.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1.5, 2.5, PairedTimes.UsualPairs)]
    [InlineData(0.5, 0.9, PairedTimes.UsualPairs)]
    [InlineData(0.5, 1.5, PairedTimes.MostPairs)]
    public void WhileQuartilesStraddleTheThresholdThereAreMorePairs(double low, double high, int expected)
    {
        var pairs = new PairedTimes(1);
        while (!pairs.IsClear)
            pairs.Add(pairs.Count % 2 == 0 ? low : high, 1);
        pairs.Count.ShouldBe(expected);
    }
}
