using CompressTasks.Compression.Search;

namespace CompressTasks.Core.Tests.Compression.Search;

public sealed class MultiplierSearchTests
{
    /// <summary>An error that goes with the square of the step, and reaches the limit at this place.</summary>
    [Theory]
    [InlineData(-2000, -2000.5)]
    [InlineData(0, 1234.5)]
    [InlineData(500, -800.25)]
    [InlineData(7, 7.5)]
    public void TheLargestPlaceThatHoldsIsFound(int start, double limit)
    {
        var (held, trials) = Run(new MultiplierSearch(start, 1), place => Math.Pow(2, 2 * (place - limit) / StepGrid.PerOctave));
        held.ShouldBe((int)Math.Floor(limit));
        trials.ShouldBeLessThanOrEqualTo(12);
    }

    /// <summary>A violation that jumps and is not monotonic near the limit still ends at a place that holds.</summary>
    [Fact]
    public void ARaggedViolationEndsAtAPlaceThatHolds()
    {
        var (held, trials) = Run(new MultiplierSearch(0, 1), place => Math.Pow(2, (2 * (place - 300) / 128.0) + (0.2 * Math.Sin(place * 1.7))));
        held.ShouldNotBeNull();
        held.Value.ShouldBeInRange(280, 320);
        trials.ShouldBeLessThanOrEqualTo(MultiplierSearch.MostTrials);
    }

    /// <summary>
    /// Beyond the first failure it holds again in two places, of which the further one, four sixteenths of an octave away, is found with four probes
    /// and not without.
    /// </summary>
    [Theory]
    [InlineData(0, 299)]
    [InlineData(4, 328)]
    public void WhereTheViolationIsSeenToFallLargerPlacesAreTried(int probes, int expected)
    {
        var (held, trials) = Run(new MultiplierSearch(310, 1, probes), place => place switch
        {
            310 => 1.02,
            < 300 => Math.Pow(2, 2 * (place - 300) / 128.0),
            304 or 328 => 0.97,
            _ => 1.1,
        });
        held.ShouldBe(expected);
        trials.ShouldBeLessThanOrEqualTo(MultiplierSearch.MostTrials);
    }

    /// <summary>What grows steadily has no luck to be found: the search is as short as without probes.</summary>
    [Fact]
    public void ASteadyViolationIsNotProbed()
    {
        static double Violation(int place) => Math.Pow(2, 2 * (place - 700.5) / 128.0);
        Run(new MultiplierSearch(0, 1, probes: 4), Violation).ShouldBe(Run(new MultiplierSearch(0, 1), Violation));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e9)]
    public void WhatNeverHoldsIsTriedFinerAndFinerAndEnds(double violation)
    {
        var search = new MultiplierSearch(0, 1);
        var places = new List<int>();
        while (search.Next is { } place)
        {
            places.Add(place);
            search.Learn(violation);
        }

        places.Count.ShouldBe(MultiplierSearch.MostStrides);
        places.ShouldBe(places.OrderDescending());
        places.ShouldBeUnique();
    }

    [Fact]
    public void WhatAlwaysHoldsIsTriedCoarserAndCoarser()
    {
        var (held, trials) = Run(new MultiplierSearch(0, 1), _ => 0);
        trials.ShouldBe(MultiplierSearch.MostStrides);
        held!.Value.ShouldBeGreaterThan(10 * StepGrid.PerOctave);
    }

    [Fact]
    public void ACoarseSearchEndsWithinItsResolution()
    {
        var (held, trials) = Run(new MultiplierSearch(0, 16), place => Math.Pow(2, 2 * (place - 700) / 128.0));
        held!.Value.ShouldBeInRange(684, 700);
        trials.ShouldBeLessThanOrEqualTo(6);
    }

    /// <summary>A violation of 0.84 is 16 places below the limit: 64 · log₂(1/0.84).</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(690)]
    [InlineData(1500)]
    public void AViolationThatIsEnoughEndsTheSearchAtOnce(int start)
    {
        var (held, trials) = Run(new MultiplierSearch(start, 1, enough: 0.84), place => Math.Pow(2, 2 * (place - 700) / 128.0));
        held!.Value.ShouldBeInRange(684, 700);
        trials.ShouldBeLessThanOrEqualTo(start == 690 ? 1 : 4);
    }

    /// <summary>A violation that grows with the first power of the multiplier: strides learn that from two trials.</summary>
    [Fact]
    public void StridesGoWithHowTheViolationWasSeenToGrow()
    {
        var (held, trials) = Run(new MultiplierSearch(400, 1, enough: 0.84), place => Math.Pow(2, (place - 700) / 128.0));
        held!.Value.ShouldBeInRange(667, 700);
        trials.ShouldBe(3);
    }

    /// <summary>Between 600, where a violation of 2^(2 · (600 − 700)/128) was seen, and 720: one trial finds what is enough.</summary>
    [Fact]
    public void WhatAnotherSearchHasFoundIsNotTriedAgain()
    {
        static double Violation(int place) => Math.Pow(2, 2 * (place - 700) / 128.0);
        var (held, trials) = Run(new MultiplierSearch(0, 1, enough: 0.98).Knowing([(600, Violation(600)), (720, Violation(720))]), Violation);
        held!.Value.ShouldBeInRange(698, 700);
        trials.ShouldBe(1);
        new MultiplierSearch(0, 1, enough: 0.98).Knowing([(699, Violation(699)), (720, Violation(720))]).Next.ShouldBeNull();
        new MultiplierSearch(5, 1).Knowing([]).Next.ShouldBe(5);
    }

    private static (int? Held, int Trials) Run(MultiplierSearch search, Func<int, double> violation)
    {
        var (held, trials) = (default(int?), 0);
        for (; search.Next is { } place; trials++)
        {
            var value = violation(place);
            if (value <= 1)
                held = Math.Max(held ?? int.MinValue, place);
            search.Learn(value);
        }

        return (held, trials);
    }
}
