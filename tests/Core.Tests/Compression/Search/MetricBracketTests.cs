using CompressTasks.Compression.Search;

namespace CompressTasks.Core.Tests.Compression.Search;

public sealed class MetricBracketTests
{
    /// <summary>The first multiplier is what passes on outputs: nothing above it does.</summary>
    [Fact]
    public void WhatHoldsAtOnceIsTaken() => Run(new MetricBracket(500, mayRise: false), 500).ShouldBe((500, 1));

    [Theory]
    [InlineData(499)]
    [InlineData(460)]
    [InlineData(400)]
    [InlineData(250)]
    public void WhatFailsIsMadeFinerUntilItHolds(int limit)
    {
        var (held, trials) = Run(new MetricBracket(500, mayRise: false), limit);
        held!.Value.ShouldBeInRange(limit - 8, limit);
        trials.ShouldBeLessThanOrEqualTo(MetricBracket.MostTrials);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(530)]
    [InlineData(640)]
    [InlineData(440)]
    public void WithoutAnotherLimitItIsSearchedUpwardsToo(int limit)
    {
        var (held, trials) = Run(new MetricBracket(500, mayRise: true), limit);
        held!.Value.ShouldBeInRange(limit - 8, limit);
        trials.ShouldBeLessThanOrEqualTo(MetricBracket.MostTrials);
    }

    [Fact]
    public void WhatNeverHoldsEnds() => Run(new MetricBracket(500, mayRise: true), int.MinValue).ShouldBe((null, MetricBracket.MostTrials));

    /// <summary>Six strides: half an octave, one, and four times two octaves of 128 places.</summary>
    [Fact]
    public void WhatAlwaysHoldsEnds() =>
        Run(new MetricBracket(500, mayRise: true), int.MaxValue).ShouldBe((500 + 64 + 128 + (4 * 256), MetricBracket.MostTrials));

    private static (int? Held, int Trials) Run(MetricBracket bracket, int limit)
    {
        var (held, trials) = (default(int?), 0);
        for (; bracket.Next is { } place; trials++)
        {
            if (place <= limit)
                held = Math.Max(held ?? int.MinValue, place);
            bracket.Learn(place <= limit);
        }

        return (held, trials);
    }
}
