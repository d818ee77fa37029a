using CompressTasks.Numerics;
using CompressTasks.Stages;

namespace CompressTasks.Core.Tests.Stages;

public class LevelStatisticsTests
{
    // Two uncorrelated columns: deviations ±a and ±b in all four combinations, about means 5 and −2.
    private static Matrix TwoColumns(double a, double b) => new(4, 2, [5 + a, -2 + b, 5 + a, -2 - b, 5 - a, -2 + b, 5 - a, -2 - b]);

    [Theory]
    [InlineData(1, 1, 2, 2)]
    [InlineData(2, 1, 25.0 / 17, 2)] // λ ∝ 4 and 1: (4 + 1)² / (16 + 1); 80 % in the first.
    [InlineData(10, 1, 10201.0 / 10001, 1)] // λ ∝ 100 and 1; 99 % in the first.
    [InlineData(3, 0, 1, 1)]
    public void ParticipationRatioFollowsFromTheVariances(double a, double b, double ratio, int components)
    {
        var statistics = LevelStatistics.Of(TwoColumns(a, b));
        statistics.ParticipationRatio.ShouldBe(ratio, 1e-12);
        statistics.ComponentsFor95Percent.ShouldBe(components);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1e-3, 1e2)]
    [InlineData(1e-300, 1e300)]
    public void StandardizedColumnsCountTheSame(double a, double b)
    {
        var matrix = new Matrix(4, 2, [a, b, a, -b, -a, b, -a, -b]);
        var statistics = LevelStatistics.OfStandardized(matrix);
        statistics.ParticipationRatio.ShouldBe(2, 1e-12);
        statistics.ComponentsFor95Percent.ShouldBe(2);
    }

    [Fact]
    public void AConstantColumnDoesNotCountWhenStandardized()
    {
        var statistics = LevelStatistics.OfStandardized(new Matrix(3, 2, [0.1, 1, 0.1, 2, 0.1, 4]));
        statistics.ParticipationRatio.ShouldBe(1, 1e-12);
        statistics.ComponentsFor95Percent.ShouldBe(1);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    [InlineData(1, 4)]
    public void WithoutRowsToCompareNothingVaries(int rows, int columns)
    {
        LevelStatistics.Of(BasisMatrices.Random(rows, columns)).ShouldBe(new LevelStatistics(0, 0));
        LevelStatistics.OfStandardized(BasisMatrices.Random(rows, columns)).ShouldBe(new LevelStatistics(0, 0));
    }

    [Fact]
    public void AConstantMatrixDoesNotVary()
    {
        var constant = new Matrix(7, 3, [.. Enumerable.Repeat(0.1, 21)]);
        LevelStatistics.Of(constant).ShouldBe(new LevelStatistics(0, 0));
        LevelStatistics.OfStandardized(constant).ShouldBe(new LevelStatistics(0, 0));
    }
}
