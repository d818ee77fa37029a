using CompressTasks.Calibration;
using CompressTasks.Compression.Search;
using CompressTasks.WeightCoding;

namespace CompressTasks.Core.Tests.Compression.Search;

public sealed class DirectionalSensitivityTests
{
    /// <summary>
    /// A row that comes sixteen times as often counts so much more: errors of squared lengths 1 and 18 are (16 · 1 + 18) / 17 = 2 on average.
    /// </summary>
    [Fact]
    public void EachRowGetsTheErrorThatPicksMeetOnAverage()
    {
        var moments = new SecondMoments(2, 1);
        for (var pick = 0; pick < 17; pick++)
            moments.AddSquare(pick / 16, 1);
        var layer = new CalibratedWeight(new LinearLayout(2, 3, InputsLast: false, Groups: 1), InputCovarianceFactor.Create([moments])!);
        (layer.Inputs.InputSteps[1] - layer.Inputs.InputSteps[0]).ShouldBe(6);

        float[] error = [0, 1, 0, 3, -3, 0];
        DirectionalSensitivity.Level(error, layer);
        double[] expected = [0, Math.Sqrt(2), 0, 1, -1, 0];
        foreach (var (found, value) in error.Zip(expected))
            ((double)found).ShouldBe(value, 1e-6);
    }
}
