using CompressTasks.Compression.Search;

namespace CompressTasks.Core.Tests.Compression.Search;

public sealed class StepGridTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(128, 2)]
    [InlineData(-256, 0.25)]
    [InlineData(64, 1.4142135623730951)]
    public void PlacesAreFractionsOfAnOctave(int place, double step) => StepGrid.Step(place).ShouldBe(step, 1e-12 * step);

    [Theory]
    [InlineData(1e-9)]
    [InlineData(0.37)]
    [InlineData(12345.6)]
    public void TheNearestPlaceIsWithinHalfAPlace(double step) =>
        Math.Abs(Math.Log2(StepGrid.Step(StepGrid.Nearest(step)) / step)).ShouldBeLessThanOrEqualTo(0.5 / 128 + 1e-9);

    // Four times the sensitivity: half the step, an octave down.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, -128)]
    [InlineData(1.0 / 16, 256)]
    [InlineData(1.05, 0)]
    public void StepsGoWithTheInverseRootOfSensitivityInEighths(double sensitivity, int offset) => StepGrid.Offset(sensitivity).ShouldBe(offset);

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.Epsilon)]
    public void ExtremeSensitivitiesKeepStepsFinite(double sensitivity) =>
        StepGrid.Step(StepGrid.Offset(sensitivity)).ShouldBeInRange(1e-100, 1e100);
}
