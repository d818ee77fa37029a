namespace CompressTasks.WeightCoding.Encoding;

/// <summary>
/// Recognizes constants that are no weights: masks, tables of zeros and ones. A model may compare them with zero, so that the smallest error changes
/// everything, and no R² tells; carried exactly, they take next to nothing.
/// </summary>
internal static class FewValues
{
    private const int Most = 16;
    private const int LeastRepetition = 64;

    /// <summary>Whether there are at most 16 distinct values, each of which comes 64 times or more on average.</summary>
    public static bool AreAll(ReadOnlySpan<double> values)
    {
        Span<double> distinct = stackalloc double[Most];
        var count = 0;
        foreach (var value in values)
        {
            if (distinct[..count].Contains(value))
                continue;
            if (count == Most || (count + 1) * LeastRepetition > values.Length)
                return false;
            distinct[count++] = value;
        }

        return true;
    }
}
