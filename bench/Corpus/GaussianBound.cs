namespace CompressTasks.Benchmarks.Corpus;

/// <summary>The rate–distortion function of independent Gaussian values of one variance: no coder needs fewer bits for those.</summary>
internal static class GaussianBound
{
    public static double BitsPerWeight(double r2) => 0.5 * Math.Log2(1 / (1 - r2));
}
