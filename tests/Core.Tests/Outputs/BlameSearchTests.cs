using CompressTasks.Numerics;
using CompressTasks.Outputs;

namespace CompressTasks.Core.Tests.Outputs;

public sealed class BlameSearchTests
{
    [Fact]
    public void FewWeightsAreTriedOneByOne()
    {
        var trials = 0;
        var blame = Rank(["a", "b", "c"], weight => weight switch { "a" => 1, "b" => 6, _ => 3 }, _ => trials++);
        trials.ShouldBe(3);
        blame.Select(weight => weight.Path).ShouldBe(["b", "c", "a"]);
        blame.Select(weight => weight.Share).ShouldBe([0.6, 0.3, 0.1], 1e-12);
        // A total of 100: what is left without b is 4.
        blame[0].R2.ShouldBe(0.96, 1e-12);
    }

    [Theory]
    [InlineData(49)]
    [InlineData(200)]
    [InlineData(1000)]
    public void AmongManyTheWorstAreFoundByHalving(int count)
    {
        string[] weights = [.. Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"w{i:000}"))];
        var trials = 0;
        var blame = Rank(weights, weight => weight == "w005" ? 500 : weight == weights[^1] ? 300 : 0.1, _ => trials++);
        trials.ShouldBeLessThanOrEqualTo(BlameSearch.Full.Trials);
        blame.Select(weight => weight.Path).Take(2).ShouldBe(["w005", weights[^1]]);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void WhatMakesAnOutputNoNumberTakesTheBlame(double error)
    {
        var blame = BlameSearch.Rank(["good", "bad"], new(10, error, 100), group => new(10, group[0] == "bad" ? 5 : error, 100), BlameSearch.Full);
        blame.Select(weight => (weight.Path, weight.Share)).ShouldBe([("bad", 1), ("good", 0)]);
    }

    [Fact]
    public void WithoutLossyWeightsThereIsNobodyToBlame() => Rank([], _ => 0, _ => { }).ShouldBeEmpty();

    /// <summary>Errors that add up.</summary>
    private static IReadOnlyList<CompressTasks.Reporting.BlameSummary> Rank(string[] weights, Func<string, double> error,
        Action<IReadOnlyList<string>> tried)
    {
        var all = weights.Sum(error);
        return BlameSearch.Rank(weights, new(10, all, 100), group =>
        {
            tried(group);
            return new SquaredError(10, all - group.Sum(error), 100);
        }, BlameSearch.Full);
    }
}
