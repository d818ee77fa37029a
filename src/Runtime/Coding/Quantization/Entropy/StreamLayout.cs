namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>
/// Indices are cut into streams that know nothing of each other, so that they can be decoded at the same time. The indices of a stream
/// are cut into lanes, which take turns and share their models: a processor works on all of them at once.
/// </summary>
internal static class StreamLayout
{
    public const int LongestStream = 1 << 18;
    public const int MostLanes = 4;

    private const int ShortestWithLanes = 1 << 13;

    /// <summary>The streams of so many indices, at least one; the last one may be shorter.</summary>
    public static IEnumerable<(int Start, int Length)> StreamsOf(int count)
    {
        var length = StreamLength(count);
        for (var start = 0; start < count; start += length)
            yield return (start, Math.Min(length, count - start));
    }

    /// <summary>The length of all streams but the last, which may be shorter.</summary>
    public static int StreamLength(int count)
    {
        var streams = ((count - 1) / LongestStream) + 1;
        return ((count - 1) / streams) + 1;
    }

    /// <summary>The lanes of all streams.</summary>
    public static IEnumerable<(int Start, int Length)> LanesOf(int count)
    {
        foreach (var (stream, streamLength) in StreamsOf(count))
        {
            var length = LaneLength(streamLength);
            for (var start = 0; start < streamLength; start += length)
                yield return (stream + start, Math.Min(length, streamLength - start));
        }
    }

    public static int Lanes(int streamLength) => streamLength < ShortestWithLanes ? 1 : MostLanes;

    /// <summary>The length of all lanes but the last, which may be shorter.</summary>
    public static int LaneLength(int streamLength) => ((streamLength - 1) / Lanes(streamLength)) + 1;
}
