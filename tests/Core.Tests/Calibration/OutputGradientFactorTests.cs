using CompressTasks.Calibration;

namespace CompressTasks.Core.Tests.Calibration;

public sealed class OutputGradientFactorTests
{
    /// <summary>eᵀ (G + δ·mean·I) e = Σ d_j² (e_j + Σ_{b&lt;j} U_bj e_b)², with steps s_j about ∝ 1/d_j and couplings U_bj · s_b / s_j.</summary>
    [Fact]
    public void TheFactorIsThatOfTheDampedMoments()
    {
        const int n = 9;
        const double damping = 0.3;
        var random = new Random(2);
        var moments = new SecondMoments(n, n);
        var g = new double[n, n];
        for (var sample = 0; sample < 40; sample++)
        {
            var x = Enumerable.Range(0, n).Select(i => (random.NextDouble() - 0.5) * (i + 1)).ToArray();
            x.CopyTo(moments.Next());
            for (var i = 0; i < n * n; i++)
                g[i / n, i % n] += x[i / n] * x[i % n];
        }

        var mean = Enumerable.Range(0, n).Average(i => g[i, i]);
        for (var i = 0; i < n; i++)
            g[i, i] += damping * mean;
        var factor = OutputGradientFactor.Create(moments, damping).ShouldNotBeNull();
        var step = factor.Steps.Select(steps => Math.Pow(2, steps / 3.0)).ToArray();

        // U from the last column on, by the definition: G = U diag(d²) Uᵀ.
        var (u, d) = (new double[n, n], new double[n]);
        for (var j = n - 1; j >= 0; j--)
        {
            d[j] = g[j, j] - Enumerable.Range(j + 1, n - j - 1).Sum(k => u[j, k] * u[j, k] * d[k]);
            for (var b = 0; b < j; b++)
                u[b, j] = (g[b, j] - Enumerable.Range(j + 1, n - j - 1).Sum(k => u[b, k] * u[j, k] * d[k])) / d[j];
        }

        var usual = d.Average(square => Math.Log2(square));
        for (var j = 0; j < n; j++)
        {
            Math.Log2(step[j]).ShouldBe(-0.5 * (Math.Log2(d[j]) - usual), 0.5 / 3 + 1e-3);
            var couplings = factor.Couplings.Of(j, 0, j);
            for (var b = 0; b < j; b++)
                couplings[b].ShouldBe(u[b, j] * step[b] / step[j], 1e-9);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void WithoutGradientsThereIsNone(double value)
    {
        var moments = new SecondMoments(3, 2);
        moments.Next().Fill(value);
        OutputGradientFactor.Create(moments, 1).ShouldBeNull();
    }

    [Fact]
    public void MomentsThatWerePackedAreTheSameToFloat32()
    {
        var random = new Random(5);
        var moments = new SecondMoments(7, 4);
        for (var sample = 0; sample < 300; sample++)
        {
            foreach (ref var value in moments.Next())
                value = random.NextDouble();
        }

        var unpacked = new PackedMoments(moments).Unpack();
        (unpacked.Inputs, unpacked.RunLength, unpacked.Samples).ShouldBe((7, 4, 300));
        foreach (var (run, expected) in moments.Finish().Index())
            unpacked.Finish()[run].ShouldBe([.. expected.Select(value => (double)(float)value)]);
    }
}
