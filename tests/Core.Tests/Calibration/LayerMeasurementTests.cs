using CompressTasks.Calibration;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.WeightCoding;

namespace CompressTasks.Core.Tests.Calibration;

public sealed class LayerMeasurementTests
{
    /// <summary>
    /// Of five picks two are of rows that come once, so two fifths of the picks to come are of the seven rows that never came: each as often as 2/7
    /// of a pick in five, where the mean is 5/10.
    /// </summary>
    [Fact]
    public void RowsThatWereNeverPickedAreToComeAsOftenAsThoseThatCameOnce() => Damping([0, 0, 0, 1, 2]).ShouldBe(2.0 / 7 / 0.5, 1e-12);

    [Fact]
    public void RowsThatAllCameOftenKeepTheLeastDamping() => Damping([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]).ShouldBe(0.1);

    private static double Damping(long[] picks)
    {
        var use = new LinearUse(new LinearLayout(10, 4, InputsLast: false, Groups: 1), [new IndexInput("x")], []);
        var measurement = new LayerMeasurement([new("w", new WeightUse([use]))], new MomentLimits(1 << 20, 4096, 16, 1), (count, piece) =>
        {
            for (var i = 0; i < count; i++)
                piece(i);
        });
        measurement.Begin();
        var tensor = new TensorValue("x", ElementType.Int64, [picks.Length], [.. picks.SelectMany(BitConverter.GetBytes)]);
        measurement.Add(new Dictionary<string, TensorValue> { ["x"] = tensor }, path: 0, run: 0, share: 1);
        var (_, factor) = measurement.Finish(file: null, keep: false);
        factor!.ArePicks.ShouldBeTrue();
        return factor.Damping;
    }
}
