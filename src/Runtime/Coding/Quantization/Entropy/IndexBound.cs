namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>The range of the numbers that are coded.</summary>
internal static class IndexBound
{
    /// <summary>The largest |k|.</summary>
    public const int LargestMagnitude = (1 << 30) - 1;

    /// <summary>The largest multiple of the step, 2|k|.</summary>
    public const int LargestIndex = 2 * LargestMagnitude;
}
