using CompressTasks.Stages.Gaussian;

namespace CompressTasks.Core.Tests.Stages.Gaussian;

public sealed class CholeskyTests
{
    [Fact]
    public void FactorIsTheOneWorkedOutByHand()
    {
        // [4 2; 2 5] = UᵀU with U = [2 1; 0 2]; the diagonal is kept as its reciprocal.
        double[] m = [4, 2, 0, 0, double.MaxValue, 5, 0, 0];
        Cholesky.Factor(m, 2, 4, 0).ShouldBe(2);
        (m[0], m[1], m[5]).ShouldBe((0.5, 1, 0.5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(19)]
    public void SolutionSatisfiesTheEquations(int n)
    {
        var random = new Random(n);
        var stride = Cholesky.Stride(n + 3);
        var columns = Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, n + 5).Select(_ => random.NextDouble() - 0.5).ToArray()).ToArray();
        var m = new double[n * stride];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                m[(i * stride) + j] = columns[i].Zip(columns[j], (a, b) => a * b).Sum();
        }

        var factor = (double[])m.Clone();
        var b = Enumerable.Range(0, n).Select(_ => random.NextDouble()).ToArray();
        var x = new double[stride];
        b.CopyTo(x, 0);
        Cholesky.Factor(factor, n, stride, 1e-12).ShouldBe(n);
        Cholesky.Solve(factor, n, stride, x);
        for (var i = 0; i < n; i++)
            Enumerable.Range(0, n).Sum(j => m[(i * stride) + j] * x[j]).ShouldBe(b[i], 1e-8);
    }

    [Fact]
    public void ADependentRowIsDroppedAndTheRestSolved()
    {
        // Rows 0 and 1 are the same vector; row 2 is orthogonal to both.
        double[] m = [2, 2, 0, 0, 2, 2, 0, 0, 0, 0, 4, 0];
        double[] x = [6, 6, 8, 0];
        Cholesky.Factor(m, 3, 4, 1e-7).ShouldBe(2);
        Cholesky.Solve(m, 3, 4, x);
        x[0].ShouldBe(3, 1e-15);
        (x[1], x[2]).ShouldBe((0, 2));
    }
}
