namespace CompressTasks.Benchmarks.Protection;

/// <summary>What came of one way.</summary>
/// <param name="Bytes">The artifact.</param>
/// <param name="OutputR2">Of all outputs.</param>
/// <param name="Agreement">The share of windows that are speech, or are not, as with the original; null for other models.</param>
internal sealed record ProtectedRun(long Bytes, double OutputR2, double? Agreement)
{
    public const float Speech = 0.5f;

    /// <param name="bytes">The artifact.</param>
    /// <param name="expected">What the original says of every window.</param>
    /// <param name="found">What the restored model says.</param>
    public static ProtectedRun Of(long bytes, float[] expected, float[] found)
    {
        var mean = expected.Average();
        var r2 = 1 - (expected.Zip(found, (e, f) => Math.Pow(e - f, 2)).Sum() / expected.Sum(e => Math.Pow(e - mean, 2)));
        return new(bytes, r2, expected.Zip(found).Count(pair => pair.First >= Speech == pair.Second >= Speech) / (double)expected.Length);
    }
}
