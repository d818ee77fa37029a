using CompressTasks.Compression.Layers;

namespace CompressTasks.Core.Tests.Compression.Layers;

public sealed class PrefixSearchTests
{
    /// <summary>Ten moves of 0.15 each: six of them lose 0.9.</summary>
    private static readonly double[] _losses = [.. Enumerable.Repeat(0.15, 10)];

    [Fact]
    public void TheFirstTrialIsWhatAddsUpToTheGate() => new PrefixSearch(_losses).Next.ShouldBe(6);

    /// <summary>Together moves lose a factor of what they lose alone, which the first trial shows.</summary>
    [Theory]
    [InlineData(1, 6)]
    [InlineData(0.5, 10)]
    [InlineData(2, 3)]
    [InlineData(0.01, 10)]
    [InlineData(100, 0)]
    public void TheMostThatPassesIsFound(double factor, int expected)
    {
        var search = new PrefixSearch(_losses);
        var (passing, trials) = (0, 0);
        while (search.Next is { } moves)
        {
            var violation = factor * 0.15 * moves;
            search.Learn(moves, violation);
            passing = violation <= 1 ? Math.Max(passing, moves) : passing;
            trials++;
        }

        passing.ShouldBe(expected);
        trials.ShouldBeLessThanOrEqualTo(4);
    }

    [Fact]
    public void WhatIsUnknownHalvesWhatIsLeft()
    {
        var search = new PrefixSearch(_losses);
        search.Learn(search.Next!.Value, double.PositiveInfinity);
        search.Next.ShouldBe(3);
    }

    [Fact]
    public void WithoutMovesThereIsNothingToTry() => new PrefixSearch([]).Next.ShouldBeNull();
}
