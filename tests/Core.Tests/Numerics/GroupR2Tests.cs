using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Numerics;

public sealed class GroupR2Tests
{
    private const int Rows = 20;
    private const int Columns = 50;

    /// <summary>±1 everywhere, a million in the first row, and everything but that row decoded as the mean of all.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARowOrAColumnThatHoldsTheVarianceDoesNotHideThatAllOthersAreLost(bool isRow)
    {
        var (original, decoded) = Huge(isRow, lost: true);
        double[] values = [.. original.Select(value => (double)value)];
        SquaredError.Between(values, [.. decoded.Select(value => (double)value)]).R2.ShouldBeGreaterThan(0.999999);
        Least(original, decoded).ShouldBeLessThan(0.01);
    }

    [Fact]
    public void WhatIsGoodEverywhereIsGood()
    {
        var (original, _) = Huge(isRow: true, lost: false);
        // An error of 0.1 in values of ±1 about a mean that is far from them.
        Least(original, [.. original.Select((value, i) => value + (i % 2 == 0 ? 0.1f : -0.1f))]).ShouldBeGreaterThan(0.98);
        Least(original, original).ShouldBe(1);
    }

    /// <summary>Of 1, −1, 1, −1 … with an error of one half each, R² is 1 − ¼.</summary>
    [Fact]
    public void OfAlikeValuesItIsR2()
    {
        float[] original = [.. Enumerable.Range(0, Rows * Columns).Select(i => ((i / Columns) + i) % 2 == 0 ? 1f : -1f)];
        Least(original, [.. original.Select(value => value / 2)]).ShouldBe(0.75, 1e-12);
    }

    /// <summary>
    /// Three rows decoded as nothing, one with an error of 0.8 in its values of ±1: R² 0, 0, 0 and 0.36, and of each column 1 − 3.64 / 20.
    /// </summary>
    [Fact]
    public void LostRowsAreCounted()
    {
        float[] original = [.. Enumerable.Range(0, Rows * Columns).Select(i => ((i / Columns) + i) % 2 == 0 ? 1f : -1f)];
        float[] decoded = [.. original.Select((value, i) => (i / Columns) switch { 2 or 3 or 7 => 0, 11 => 0.2f * value, _ => value })];
        var groups = GroupR2.Between(ElementType.Float, [Rows, Columns], Build.Bytes(original), Build.Bytes(decoded));
        (groups.LostRows, groups.Rows).ShouldBe((4, 20));
        groups.Least.ShouldBe(1 - (3.64 / 20), 1e-6);
    }

    /// <summary>Of fifty columns more than a tenth are small and lost: R² of all, 1 − 0.06 / 44.06, does not say it. Five are no more, and those below a hundredth are dead.</summary>
    [Theory]
    [InlineData(5, 0.1f, 1)]
    [InlineData(6, 0.1f, 0)]
    [InlineData(6, 0.009f, 1)]
    public void ATenthOfTheColumnsThatIsSmallAndLostIsSeen(int small, float size, double expected)
    {
        float[] original = [.. Enumerable.Range(0, Rows * Columns)
            .Select(i => (((i / Columns) + i) % 2 == 0 ? 1 : -1) * (i % Columns < small ? size : 1))];
        float[] decoded = [.. original.Select((value, i) => i % Columns < small ? 0 : value)];
        var groups = GroupR2.Between(ElementType.Float, [Rows, Columns], Build.Bytes(original), Build.Bytes(decoded));
        groups.LeastTenth.ShouldBe(expected, 0.01);
        groups.Least.ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void LostChannelsInTheMiddleAreSeen()
    {
        float[] original = [.. Enumerable.Range(0, Rows * Columns * 4).Select(i => (i % 2 == 0 ? 1 : -1) * (i / 4 % Columns < 20 ? 0.1f : 1))];
        float[] decoded = [.. original.Select((value, i) => i / 4 % Columns < 20 ? 0 : value)];
        var groups = GroupR2.Between(ElementType.Float, [Rows, Columns, 2, 2], Build.Bytes(original), Build.Bytes(decoded));
        groups.LeastTenth.ShouldBe(0);
        groups.LostRows.ShouldBe(0);
    }

    /// <summary>Padding and what was pruned have nothing to lose.</summary>
    [Fact]
    public void RowsOfEqualValuesAreNotLost()
    {
        float[] original = [.. Enumerable.Range(0, Rows * Columns).Select(i => i < Columns ? 3f : i % 2 == 0 ? 1f : -1f)];
        float[] decoded = [.. original.Select((value, i) => i < Columns ? 0f : value)];
        GroupR2.Between(ElementType.Float, [Rows, Columns], Build.Bytes(original), Build.Bytes(decoded)).LostRows.ShouldBe(0);
    }

    [Fact]
    public void AFewSingleValuesAreNotTheBulk()
    {
        var random = new Random(1);
        float[] original = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)(random.NextDouble() - 0.5))];
        for (var i = 0; i < 9; i++)
            original[random.Next(original.Length)] = 1e5f;
        float[] decoded = [.. original.Select(value => value > 1 ? value : 0)];
        Least(original, decoded).ShouldBeLessThan(0.1);
    }

    private static (float[] Original, float[] Decoded) Huge(bool isRow, bool lost)
    {
        var random = new Random(2);
        float[] original = [.. Enumerable.Range(0, Rows * Columns)
            .Select(i => (isRow ? i / Columns : i % Columns) == 0 ? 1e6f : random.Next(2) == 0 ? 1f : -1f)];
        return (original, [.. original.Select(value => value > 1 || !lost ? value : 0)]);
    }

    private static double Least(float[] original, float[] decoded) =>
        GroupR2.Between(ElementType.Float, [Rows, Columns], Build.Bytes(original), Build.Bytes(decoded)).Least;
}
