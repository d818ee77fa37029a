using CompressTasks.Runnable;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class IntegerGridTests
{
    [Fact]
    public void ValuesOfAGridKeepIt()
    {
        double[] values = [.. Enumerable.Range(-127, 255).Select(i => i * 0.5)];
        IntegerGrid.Symmetric(8).Scale(values).ShouldBe(0.5f, 1e-6f);
    }

    [Fact]
    public void NothingButZerosHasAScale() => IntegerGrid.Symmetric(8).Scale(new double[5]).ShouldBe(1);

    /// <summary>The best of 40,000 scales by plain rounding is hardly better.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void TheScaleIsNearTheOneOfLeastError(int bits)
    {
        double[] values = [.. RewrittenRun.Noise(64, 5).Select(value => (double)value)];
        var (least, most) = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1);
        var largest = values.Max(Math.Abs) / most;
        var best = Enumerable.Range(1, 20000).SelectMany(i => (double[])[1.2 * largest * i / 20000, -1.2 * largest * i / 20000]).Min(Error);
        var found = Error(IntegerGrid.OfBits(bits).Scale(values));
        found.ShouldBeInRange(best * 0.999, best * 1.15);
        found.ShouldBeLessThan(Error(largest));

        double Error(double scale) => values.Sum(value => Math.Pow(value - (scale * Math.Clamp(Math.Round(value / scale), least, most)), 2));
    }
}
