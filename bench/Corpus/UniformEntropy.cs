using CompressTasks.Numerics;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>H0: what a uniform quantizer costs with an ideal coder that knows each weight's histogram of indices for free.</summary>
internal static class UniformEntropy
{
    private const int Bisections = 30;

    /// <summary>Bits per weight over all weights, each at the same R².</summary>
    public static double BitsPerWeight(WeightSet set, double r2) =>
        set.Weights.AsParallel().Sum(weight => Bits(weight.Values, r2)) / set.Elements;

    private static double Bits(double[] values, double r2)
    {
        // A step of twice the largest magnitude quantizes to zeros; the other end keeps 2^24 levels.
        var coarse = 2 * values.Max(Math.Abs);
        var fine = coarse / (1 << 24);
        for (var i = 0; i < Bisections; i++)
        {
            var middle = Math.Sqrt(fine * coarse);
            if (R2(values, middle) >= r2)
                fine = middle;
            else
                coarse = middle;
        }

        return values.CountBy(value => Math.Round(value / fine)).Sum(bin => -bin.Value * Math.Log2(bin.Value / (double)values.Length));
    }

    private static double R2(double[] values, double step) =>
        SquaredError.Between(values, Array.ConvertAll(values, value => Math.Round(value / step) * step)).R2;
}
