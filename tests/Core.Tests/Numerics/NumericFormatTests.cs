using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Numerics;

public sealed class NumericFormatTests
{
    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(1.00390625, 1.0)] // 1 + 2^-8: half of the last of 8 bits, to even
    [InlineData(1.01171875, 1.015625)] // 1 + 3·2^-8: up to even
    [InlineData(1.00390626, 1.0078125)]
    [InlineData(-1.00390626, -1.0078125)]
    [InlineData(0.0, 0.0)]
    [InlineData(3.39e38, 3.3895313892515355e38)] // the largest: (2 − 2^-7)·2^127
    [InlineData(3.4e38, 3.3895313892515355e38)]
    [InlineData(-3.4e38, -3.3895313892515355e38)]
    [InlineData(9.183549615799121e-41, 9.183549615799121e-41)] // the smallest subnormal, 2^-133
    [InlineData(4.5e-41, 0.0)]
    [InlineData(1.5e-40, 1.8367099231598242e-40)] // 2^-132
    public void BFloat16RoundsToTheNearest(double value, double expected) => NumericFormat.BFloat16.Round(value).ShouldBe(expected);

    [Fact]
    public void EveryBFloat16IsItsOwnNearest()
    {
        for (var bits = 0; bits < 65536; bits++)
        {
            double value = BitConverter.UInt32BitsToSingle((uint)bits << 16);
            if (double.IsInfinity(value))
                continue;
            BitConverter.DoubleToInt64Bits(NumericFormat.BFloat16.Round(value)).ShouldBe(BitConverter.DoubleToInt64Bits(value));
        }
    }

    [Theory]
    [InlineData((int)NumericFormat.Float16, 2049.0, 2048.0)] // 11 significant bits, tie to even
    [InlineData((int)NumericFormat.Float16, 65520.0, 65504.0)]
    [InlineData((int)NumericFormat.Float32, -1e300, -3.4028234663852886e38)]
    [InlineData((int)NumericFormat.Float32, 16777217.0, 16777216.0)] // 24 significant bits, tie to even
    [InlineData((int)NumericFormat.Float64, 0.1, 0.1)]
    public void OtherFormatsRoundToTheNearest(int format, double value, double expected) => ((NumericFormat)format).Round(value).ShouldBe(expected);

    /// <summary>On every path: eight at a time, and the rest.</summary>
    [Fact]
    public void NoValueBecomesInfinite()
    {
        double[] values = [.. Enumerable.Range(0, 19).Select(i => i % 2 == 0 ? 3.5e38 : -1e300)];
        NumericFormat.Float32.Round(values.AsSpan());
        values.ShouldBe(Enumerable.Range(0, 19).Select(i => (double)(i % 2 == 0 ? float.MaxValue : float.MinValue)));
    }
}
