using CompressTasks.Reporting.Writers.Comparison;

namespace CompressTasks.Core.Tests.Reporting.Writers.Comparison;

public class ComparisonToleranceTests
{
    private static readonly ComparisonTolerance _tolerance = new(Bytes: 0.25, Loss: 0.5);

    [Theory]
    [InlineData(1000, 1250, "Same")]
    [InlineData(1000, 1251, "Worse")]
    [InlineData(1000, 800, "Same")]
    [InlineData(1000, 799, "Better")]
    public void SizesAreJudgedByTheBaselinesSize(double baseline, double candidate, string verdict) =>
        _tolerance.OfBytes(baseline, candidate).ToString().ShouldBe(verdict);

    // 1 − R² may grow by one half: .25 to .375, .001 to .0015.
    [Theory]
    [InlineData(0.75, 0.625, "Same")]
    [InlineData(0.75, 0.62499, "Worse")]
    [InlineData(0.999, 0.99851, "Same")]
    [InlineData(0.999, 0.99849, "Worse")]
    [InlineData(0.625, 0.75, "Same")]
    [InlineData(0.625, 0.75001, "Better")]
    [InlineData(-1, -2, "Same")]
    [InlineData(-1, -2.01, "Worse")]
    public void QualityIsJudgedByWhatIsLost(double baseline, double candidate, string verdict) =>
        _tolerance.OfQuality(baseline, candidate).ToString().ShouldBe(verdict);

    [Theory]
    [InlineData(1, 0.9999995, "Same")]
    [InlineData(1, 0.999998, "Worse")]
    [InlineData(0.999998, 1, "Better")]
    public void WhatWasExactMustStaySoToSixDecimals(double baseline, double candidate, string verdict) =>
        _tolerance.OfQuality(baseline, candidate).ToString().ShouldBe(verdict);

    [Theory]
    [InlineData(double.NaN, 0.5, "Unknown")]
    [InlineData(double.NaN, double.NaN, "Unknown")]
    [InlineData(0.5, double.NaN, "Worse")]
    [InlineData(-1000, double.NaN, "Worse")]
    [InlineData(0.5, double.NegativeInfinity, "Worse")]
    public void QualityThatIsNoLongerKnownIsWorse(double baseline, double candidate, string verdict) =>
        _tolerance.OfQuality(baseline, candidate).ToString().ShouldBe(verdict);
}
