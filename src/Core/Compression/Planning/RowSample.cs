namespace CompressTasks.Compression.Planning;

/// <summary>Some rows of a weight, in a few runs spread over it: neighbours stay together, because coders make use of them.</summary>
internal static class RowSample
{
    private const int Runs = 4;
    private const int FewestRows = 16;

    /// <summary>As many values say enough of a weight.</summary>
    private const long Values = 1 << 16;

    /// <summary>How many rows to take; all of them when a sample would be hardly smaller.</summary>
    public static int Count(IReadOnlyList<long> shape, long elements)
    {
        if (shape.Count == 0 || shape[0] <= FewestRows)
            return shape.Count == 0 ? 1 : (int)shape[0];
        var rows = Math.Max(FewestRows, Values * shape[0] / Math.Max(1, elements)) / (2 * Runs) * (2 * Runs);
        return (int)(rows > shape[0] / 2 ? shape[0] : rows);
    }

    /// <summary>The bytes of <paramref name="count"/> rows, a multiple of 4, or all rows.</summary>
    public static byte[] Take(ReadOnlySpan<byte> payload, IReadOnlyList<long> shape, int count)
    {
        if (shape.Count == 0 || count == shape[0])
            return payload.ToArray();
        var rowBytes = payload.Length / (int)shape[0];
        var (run, apart) = (count / Runs, (int)shape[0] / Runs);
        var sample = new byte[count * rowBytes];
        for (var i = 0; i < Runs; i++)
            payload.Slice(i * apart * rowBytes, run * rowBytes).CopyTo(sample.AsSpan(i * run * rowBytes));
        return sample;
    }
}
