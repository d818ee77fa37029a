using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Core.Tests.WeightCoding.Encoding;

public class BulkR2Tests
{
    private const double Gaussian = 0.9155;

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(0.9999)]
    public void OfAGaussianWeightItIsTheR2(double r2) => (1 - BulkR2.Target(r2, Noise(100_000), [])).ShouldBe(1 - r2, 0.02 * (1 - r2));

    /// <summary>The bulk keeps its variance, 1, of 1 + 0.01 · 30².</summary>
    [Fact]
    public void LargeValuesDoNotCount()
    {
        var values = Noise(99_000).Concat(Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? 30.0 : -30)).ToArray();
        (1 - BulkR2.Target(0.99, values, [])).ShouldBe(0.01 * (0.99 / (0.99 + 9)) / Gaussian, 2e-5);
    }

    [Fact]
    public void DeviationsAreFromTheMean()
    {
        double[] values = Noise(10_000);
        double[] shifted = [.. values.Select(value => value + 100)];
        BulkR2.Target(0.99, shifted, []).ShouldBe(BulkR2.Target(0.99, values, []), 1e-5);
    }

    [Fact]
    public void UniformValuesHaveNoTails() => BulkR2.Target(0.9, [.. Enumerable.Range(0, 1000).Select(i => i / 1000.0)], []).ShouldBe(0.9);

    [Fact]
    public void BesideHugeValuesTheBulkIsNotLost() =>
        BulkR2.Target(0.99, [.. Enumerable.Range(0, 1000).Select(i => i == 0 ? 1e6 : i * 1e-6)], [])
            .ShouldBeInRange(1 - 1e-15, Math.BitDecrement(1.0));

    /// <summary>One row of 256 is far away, as masks and the rows of padding are: the others have a share of 1 / (1 + 255/256² · 1e12) each.</summary>
    [Fact]
    public void TheBulkHasItsVarianceAboutItsOwnMean()
    {
        double[] bulk = Noise(255 * 64);
        double[] values = [.. bulk, .. Enumerable.Repeat(-1e6, 64)];
        const double outside = 255 / (256.0 * 256) * 1e12;
        (1 - BulkR2.Target(0.99, values, [])).ShouldBe(0.01 / outside / Gaussian, 0.05 * 0.01 / outside);
    }

    [Fact]
    public void EqualValuesWithFewOthersHaveNoBulkToLose() =>
        BulkR2.Target(0.9, [.. Enumerable.Repeat(2.0, 999), 5], []).ShouldBe(0.9);

    /// <summary>
    /// One of 32 rows, or of 32 columns, is 10⁴ times as large as the others, and more than a hundredth of the values. Twenty times as much as of all
    /// values may be lost of the others, whose variance is 1: 0.001 · 20 each, of a variance of 10⁸ / 32 altogether.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OneOfFewRowsThatHoldsTheVarianceLeavesTheOthersTheirQuality(bool isRow)
    {
        int[] shape = isRow ? [32, 2000] : [2000, 32];
        double[] values = [.. Noise(64_000).Select((value, i) => (isRow ? i / shape[1] : i % shape[1]) == 5 ? 1e4 * value : value)];
        var lost = (1 - BulkR2.Target(0.999, values, [.. shape.Select(length => (long)length)])) * 1e8 / 32;
        lost.ShouldBe(0.02, 0.002);
    }

    /// <summary>A row that is half as large as the others has a quarter of their variance.</summary>
    [Fact]
    public void RowsThatDifferAsTheyDoChangeNothing()
    {
        double[] values = [.. Noise(64_000).Select((value, i) => i / 64 % 2 == 0 ? value : value / 2)];
        BulkR2.Target(0.99, values, [1000, 64]).ShouldBe(BulkR2.Target(0.99, values, []));
    }

    /// <summary>
    /// Three of seven columns have a mean square of 0.0004. At most a fifth of it may be lost at R² 0.999, of a variance of 4/7 altogether; of columns
    /// with less than a ten thousandth of the others' all.
    /// </summary>
    [Theory]
    [InlineData(0.02, 0.2 * 0.0004)]
    [InlineData(0.009, 0.001 * 4 / 7 / 0.9155 * 0.86)]
    public void ATenthOfTheColumnsThatIsSmallKeepsMostOfItself(double size, double expected)
    {
        double[] values = [.. Noise(70_000).Select((value, i) => i % 70 % 7 < 3 ? size * value : value)];
        ((1 - BulkR2.Target(0.999, values, [1000, 70])) * 4 / 7).ShouldBe(expected, 0.15 * expected);
    }

    /// <summary>The same of input channels of a convolution, which lie along neither the first axis nor the last.</summary>
    [Fact]
    public void ChannelsInTheMiddleAreGroupsToo()
    {
        double[] values = [.. Noise(63_000).Select((value, i) => i / 9 % 70 % 7 < 3 ? 0.02 * value : value)];
        ((1 - BulkR2.Target(0.999, values, [100, 70, 3, 3])) * 4 / 7).ShouldBe(0.2 * 0.0004, 0.15 * 0.2 * 0.0004);
    }

    /// <summary>Squares of the largest numbers have no sum: nothing is known of the variance, and such a weight is carried exactly.</summary>
    [Fact]
    public void ASumOfSquaresThatOverflowsLosesNothing() =>
        BulkR2.Target(0.999, [.. Noise(4095), -double.MaxValue], [64, 64]).ShouldBe(Math.BitDecrement(1.0));

    [Fact]
    public void AConstantHasNoTails() => BulkR2.Target(0.5, [3, 3, 3], []).ShouldBe(0.5);

    private static double[] Noise(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count)
            .Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }
}
