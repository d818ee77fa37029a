using CompressTasks.Coding.Quantization.Entropy;

namespace CompressTasks.Core.Tests.Coding.Quantization.Entropy;

public sealed class ScaleClassTests
{
    [Fact]
    public void NearestStepIsThatOfTheLogarithm()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var exact = 1000 * (random.NextDouble() - 0.5);

            ((double)ThirdOctave.Nearest(Math.Pow(2, exact / 3))).ShouldBe(exact, 0.5000001);
        }
    }

    [Theory]
    [InlineData(-7)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(31)]
    public void ValueOfAStepIsAPowerOfTwo(int step) => ThirdOctave.Value(step).ShouldBe(Math.Pow(2, step / 3.0), 1e-14 * Math.Pow(2, step / 3.0));

    [Fact]
    public void SymbolsOfEveryClassReachFarBeyondItsMagnitude()
    {
        for (var scaleClass = 0; scaleClass < ScaleClass.Count; scaleClass++)
            (2 * Math.ScaleB(MagnitudeModels.Escape, ScaleClass.ShiftOf[scaleClass]) / ScaleClass.Magnitude(scaleClass)).ShouldBeGreaterThan(2.9);
    }

    // The document's formulas, computed with the C library's functions, must not stand near an integer: all readers have to cut off at the same one.
    [Fact]
    public void NoTabulatedNumberDependsOnTheLastBit()
    {
        for (var scaleClass = 0; scaleClass < ScaleClass.Count; scaleClass++)
            DistanceToInteger(65536 / (Math.Pow(2, (scaleClass - 9) / 3.0) + 0.3125)).ShouldBeGreaterThan(1e-9);
        double[] activities = [1, 0.7, 0.85, 0.95, 1.1, 1.4];
        for (var context = 0; context < ScaleClass.Contexts; context++)
        {
            foreach (var activity in activities)
            {
                for (var j = 0; j < 30; j++)
                {
                    var tail = Math.Exp(
                        -(Math.Max(2 * (j / 2) * (context < 19 ? 1 : 2), 0.5) + (j % 2)
                            + 0.2) / (0.72 * activity * Math.Pow(2, (context - 9) / 3.0)));
                    var survival = 65534 * tail / (1 + tail);
                    if (survival > 1e-6)
                        DistanceToInteger(survival).ShouldBeGreaterThan(1e-9);
                }
            }
        }
    }

    private static double DistanceToInteger(double value) => Math.Abs(value - Math.Round(value));
}
