using CompressTasks.Outputs;

namespace CompressTasks.Core.Tests.Outputs;

public sealed class RowStatisticsTests
{
    [Fact]
    public void Top1IsTheShareOfRowsWithTheLargestValueInPlace()
    {
        var rows = Of([1, 2, 3, 9, 8, 7, 0, 5, 0, 1, 1, 0], [1, 2, 4, 8, 9, 7, 0, 1, 0, 1, 0.9, 0], 3);
        rows.Top1.ShouldBe(0.75);
    }

    [Fact]
    public void OfEqualValuesTheFirstIsTheLargest() => Of([1, 1], [1, 2], 2).Top1.ShouldBe(0);

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void RowsOfOneValueSayNothing(int rowLength) => Of([1, 2], [2, 1], rowLength).Top1.ShouldBeNull();

    // p log(p/q): 0.5 log 2 + 0.5 log(2/3) for the first row, 0 for the second, where 0 log 0 is 0.
    [Fact]
    public void DivergenceOfDistributionsIsTheFormulas()
    {
        var rows = Of([0.5, 0.5, 1, 0], [0.25, 0.75, 1, 0], 2);
        rows.Kl!.Value.ShouldBe(((0.5 * Math.Log(2)) + (0.5 * Math.Log(2 / 3.0))) / 2, 1e-15);
    }

    [Fact]
    public void WhatBecomesImpossibleIsInfinitelyFar() => Of([0.5, 0.5], [1, 0], 2).Kl.ShouldBe(double.PositiveInfinity);

    [Theory]
    [InlineData(new double[] { 0.5, 0.6 })]
    [InlineData(new double[] { 1.5, -0.5 })]
    [InlineData(new double[] { double.NaN, 1 })]
    public void RowsThatAreNoDistributionsHaveNoDivergence(double[] row) => Of([0.5, 0.5, .. row], [0.5, 0.5, .. row], 2).Kl.ShouldBeNull();

    [Fact]
    public void LogitsBecomeDistributionsFirst()
    {
        // softmax(0, ln 3) = (1/4, 3/4); softmax(1000, 1000) = (1/2, 1/2), without overflow.
        var rows = new RowStatistics(logits: true);
        rows.Add([0, Math.Log(3)], [1000, 1000], 2);
        rows.Kl!.Value.ShouldBe((0.25 * Math.Log(0.5)) + (0.75 * Math.Log(1.5)), 1e-14);
    }

    [Fact]
    public void AMaskedLogitIsAProbabilityOfZero()
    {
        var rows = new RowStatistics(logits: true);
        rows.Add([double.NegativeInfinity, 1, 1], [double.NegativeInfinity, 2, 2], 3);
        rows.Kl!.Value.ShouldBe(0, 1e-15);
    }

    [Fact]
    public void PooledRowsCountAlike()
    {
        var pooled = new RowStatistics(logits: false);
        pooled.Pool(Of([1, 0, 1, 0, 1, 0], [1, 0, 1, 0, 1, 0], 2));
        pooled.Pool(Of([7, 5], [5, 7], 2));
        pooled.Top1.ShouldBe(0.75);
        pooled.Kl.ShouldBe(0);
    }

    private static RowStatistics Of(double[] original, double[] decoded, int rowLength)
    {
        var rows = new RowStatistics(logits: false);
        rows.Add(original, decoded, rowLength);
        return rows;
    }
}
