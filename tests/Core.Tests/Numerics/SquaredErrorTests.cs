using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Numerics;

public class SquaredErrorTests
{
    [Fact]
    public void R2IsOneMinusResidualOverTotal()
    {
        // mean 2.5; total = 2.25 + 0.25 + 0.25 + 2.25 = 5; residual = 0.25 + 0 + 0 + 0.25 = 0.5
        var error = SquaredError.Between([1, 2, 3, 4], [1.5, 2, 3, 3.5]);
        error.ShouldBe(new SquaredError(4, 0.5, 5));
        error.R2.ShouldBe(0.9, 1e-15);
    }

    [Fact]
    public void PoolingAddsBothSums()
    {
        var pooled = new SquaredError(4, 1, 10) + new SquaredError(6, 3, 10);
        pooled.ShouldBe(new SquaredError(10, 4, 20));
        pooled.R2.ShouldBe(0.8, 1e-15);
    }

    [Fact]
    public void ConstantOriginalIsPerfectWhenExactAndUnknownOtherwise()
    {
        SquaredError.Between([3, 3, 3], [3, 3, 3]).R2.ShouldBe(1);
        SquaredError.Between([3, 3, 3], [3, 3, 4]).R2.ShouldBe(double.NaN);
    }

    [Fact]
    public void NothingComparedIsExact() => SquaredError.Between([], []).R2.ShouldBe(1);

    [Fact]
    public void NaNAndInfinityMakeTheResultUnknown()
    {
        SquaredError.Between([1, 2, 3], [1, double.NaN, 3]).R2.ShouldBe(double.NaN);
        double.IsFinite(SquaredError.Between([1, 2, double.PositiveInfinity], [1, 2, 3]).R2).ShouldBeFalse();
    }

    [Fact]
    public void DifferentLengthsAreRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => SquaredError.Between([1, 2], [1]));

    [Fact]
    public void RoundingErrorDoesNotGrowWithTheNumberOfValues()
    {
        // 2^22 times (0.1)²: naive summation loses about 1e-10 of it, pairwise summation less than 1e-14.
        const int count = 1 << 22;
        var original = new double[count];
        var decoded = new double[count];
        Array.Fill(decoded, 0.1);
        var exact = (decimal)count * 0.01m;
        var relative = Math.Abs((SquaredError.Between(original, decoded).Residual - (double)exact) / (double)exact);
        relative.ShouldBeLessThan(1e-14);
    }
}
