using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Core.Tests.Coding.Quantization.Trellis;

public sealed class InformationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0.3)]
    [InlineData(0.999999)]
    [InlineData(1e-9)]
    [InlineData(1e-300)]
    [InlineData(7)]
    public void BitsAreTheNegativeBinaryLogarithm(double probability) =>
        Information.Bits(probability).ShouldBe(-Math.Log2(probability), 1e-6);
}
