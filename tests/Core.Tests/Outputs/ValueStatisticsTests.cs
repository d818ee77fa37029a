using CompressTasks.Core.Tests.Compression;
using CompressTasks.Numerics;
using CompressTasks.Outputs;

namespace CompressTasks.Core.Tests.Outputs;

public sealed class ValueStatisticsTests
{
    private const double Infinity = double.PositiveInfinity;

    // By hand: mean 2, Σ(x − 2)² = 2, Σ(y − x)² = 0.25 + 1 = 1.25, Σx² = 14, Σy² = 1 + 6.25 + 4, Σxy = 1 + 5 + 6.
    [Fact]
    public void FiguresAreThoseOfTheFormulas()
    {
        var statistics = Of([1, 2, 3], [1, 2.5, 2]);
        statistics.Error.ShouldBe(new SquaredError(3, 1.25, 2));
        statistics.Error.R2.ShouldBe(0.375);
        statistics.Snr.ShouldBe(10 * Math.Log10(14 / 1.25), 1e-12);
        statistics.Cosine.ShouldBe(12 / Math.Sqrt(14 * 11.25), 1e-15);
        statistics.MaxAbsError.ShouldBe(1);
    }

    [Fact]
    public void ManyRunsAreAsGoodAsOne()
    {
        var random = new Random(5);
        var x = Enumerable.Range(0, 10_000).Select(_ => 1000 + random.NextDouble()).ToArray();
        var y = x.Select(value => value + (0.1 * random.NextDouble())).ToArray();
        var statistics = new ValueStatistics();
        for (var start = 0; start < x.Length; start += 777)
            statistics.Add(x.AsSpan(start, Math.Min(777, x.Length - start)), y.AsSpan(start, Math.Min(777, x.Length - start)));

        statistics.Error.R2.ShouldBe(PlainR2.Of(x, y), 1e-9);
        var mean = x.Average();
        statistics.Error.Total.ShouldBe(x.Sum(value => (value - mean) * (value - mean)), 1e-7);
        statistics.Cosine.ShouldBe(x.Zip(y, (a, b) => a * b).Sum() / Math.Sqrt(x.Sum(a => a * a) * y.Sum(b => b * b)), 1e-12);
    }

    [Theory]
    [InlineData(new double[] { }, new double[] { }, 1, Infinity, 1)]
    [InlineData(new double[] { 0, 0 }, new double[] { 0, 0 }, 1, Infinity, 1)]
    [InlineData(new double[] { 5 }, new double[] { 5 }, 1, Infinity, 1)]
    [InlineData(new double[] { 5, 5 }, new double[] { 5, 6 }, double.NaN, 16.989700043360187, 0.995893206467704)]
    [InlineData(new double[] { 0, 0 }, new double[] { 0, 1 }, double.NaN, -Infinity, 0)]
    [InlineData(new double[] { 1, 2 }, new double[] { 0, 0 }, -9, 0, 0)]
    [InlineData(new double[] { 1, -1 }, new double[] { -1, 1 }, -3, -6.020599913279624, -1)]
    public void EmptyConstantAndZeroOutputsHaveDefinedFigures(double[] original, double[] decoded, double r2, double snr, double cosine)
    {
        var statistics = Of(original, decoded);
        statistics.Error.R2.ShouldBe(r2);
        if (double.IsFinite(snr))
            statistics.Snr.ShouldBe(snr, 1e-12);
        else
            statistics.Snr.ShouldBe(snr);
        statistics.Cosine.ShouldBe(cosine, 1e-12);
    }

    [Fact]
    public void EqualInfinitiesAreEqualAndHaveNoPartInTheRest()
    {
        var statistics = Of([1, Infinity, 2, -Infinity, 3], [1, Infinity, 2.5, -Infinity, 2]);
        statistics.Incomparable.ShouldBe(0);
        (statistics.Error.R2, statistics.MaxAbsError).ShouldBe((0.375, 1));
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(1, Infinity)]
    [InlineData(-Infinity, 1)]
    [InlineData(-Infinity, Infinity)]
    public void WhatCannotBeComparedMakesEveryFigureUnknown(double original, double decoded)
    {
        var statistics = Of([1, original, 2], [1, decoded, 2]);
        statistics.Incomparable.ShouldBe(1);
        new[] { statistics.Error.R2, statistics.Snr, statistics.Cosine, statistics.KnownMaxAbsError }.ShouldAllBe(figure => double.IsNaN(figure));
    }

    [Fact]
    public void PooledOutputsDeviateFromTheirOwnMeans()
    {
        var pooled = new ValueStatistics();
        pooled.Pool(Of([1, 3], [1, 2]));
        pooled.Pool(Of([100, 104], [101, 104]));
        // 1 − (1 + 1) / (2 + 8), and not about the mean of all four.
        pooled.Error.R2.ShouldBe(0.8, 1e-15);
        pooled.Values.ShouldBe(4);
    }

    private static ValueStatistics Of(double[] original, double[] decoded)
    {
        var statistics = new ValueStatistics();
        statistics.Add(original, decoded);
        return statistics;
    }
}
