using CompressTasks.Compression;
using CompressTasks.Compression.Search;

namespace CompressTasks.Core.Tests.Compression.Search;

public sealed class SearchStateTests
{
    /// <summary>
    /// Between 100 bytes that lose half of what may be lost and 90 that lose twice of it, the threshold is in the middle of the logarithms: at 95.
    /// </summary>
    [Theory]
    [InlineData(96, true)]
    [InlineData(94, false)]
    public void BytesAreComparedWhereTheGateJustHolds(int other, bool isSmaller)
    {
        var state = State((100, 0.5), (90, 2));
        state.IsSmallerAtThreshold(State((other, 1))).ShouldBe(isSmaller);
        State((other, 1)).IsSmallerAtThreshold(state).ShouldBe(!isSmaller);
    }

    /// <summary>A single trial says nothing of how bytes go with what is lost: the other's say it for both. 100 at 0.5 are 95 then as well.</summary>
    [Theory]
    [InlineData(96, true)]
    [InlineData(94, false)]
    public void ASingleTrialGoesWithTheSlopeOfTheOther(int bytes, bool isSmaller)
    {
        var other = State((bytes, 1), (bytes - 10, 4));
        State((100, 0.5)).IsSmallerAtThreshold(other).ShouldBe(isSmaller);
    }

    [Fact]
    public void WhatNeverPassesIsNotSmaller()
    {
        State((10, 1.1)).IsSmallerAtThreshold(State((100, 0.5))).ShouldBeFalse();
        State((10, 1.1)).IsSmallerAtThreshold(State((100, 1.5))).ShouldBeFalse();
        State((100, 0.5)).IsSmallerAtThreshold(State((10, 1.1))).ShouldBeTrue();
    }

    private static SearchState State(params (long Bytes, double Violation)[] trials)
    {
        var state = new SearchState([], [], place: 0);
        foreach (var (bytes, violation) in trials)
            state.Add(place: 0, [new EncodedPlan(null!, new(new byte[bytes], null, []))], outputR2: null, violation);
        return state;
    }
}
