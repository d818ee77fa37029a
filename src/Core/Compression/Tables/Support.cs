namespace CompressTasks.Compression.Tables;

/// <summary>A row between its first and its last element that is not zero, or is so but for rounding.</summary>
/// <param name="Values">From the first to the last.</param>
/// <param name="RowLength">Elements of the whole row.</param>
internal readonly record struct Support(ReadOnlyMemory<double> Values, int RowLength)
{
    private const double Rounding = 1e-6;

    public int Length => Values.Length;

    /// <param name="row">Not all of it zero.</param>
    public static Support Of(double[] row)
    {
        var least = Rounding * row.Max(Math.Abs);
        var first = Array.FindIndex(row, value => Math.Abs(value) > least);
        var last = Array.FindLastIndex(row, value => Math.Abs(value) > least);
        return new(row.AsMemory(first, last - first + 1), row.Length);
    }
}
