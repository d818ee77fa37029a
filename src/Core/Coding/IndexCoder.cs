using CompressTasks.Stages;

namespace CompressTasks.Coding;

/// <summary>
/// Codes quantization indices. They are cut into streams of 65,536 that know nothing of each other, so that they can be decoded at the
/// same time; each learns its probabilities afresh, which costs about 20 bytes. An index is coded as its distance from a centre,
/// so that weights far from zero (those of a normalization, near one) cost no more than weights around it.
/// </summary>
internal static class IndexCoder
{
    /// <summary>Indices lie between −2^30 and 2^30, both excluded.</summary>
    public const int Bound = 1 << 30;

    public const int StreamLength = 1 << 16;

    // Steady weights want long memories, weights whose scale changes from row to row short ones.
    private static readonly int[] _memories = [5, 7, 10];

    public static void Encode(ReadOnlySpan<int> indices, ChunkWriter writer)
    {
        var centre = SampleMedian(indices);
        var memory = BestMemory(indices, centre);
        writer.Byte((byte)memory);
        writer.Count(centre < 0 ? (-2 * centre) - 1 : 2 * centre);
        for (; !indices.IsEmpty; indices = indices[Math.Min(StreamLength, indices.Length)..])
            writer.Bytes(EncodeStream(First(indices), centre, memory).Finish());
    }

    public static void Decode(ChunkReader reader, Span<int> indices)
    {
        int memory = reader.Byte();
        if (memory is < 1 or > 10)
            throw ChunkReader.Corrupt($"a memory of 2^{memory} bits");
        var zigzag = reader.Count();
        var centre = (zigzag & 1) != 0 ? -((zigzag + 1L) / 2) : zigzag / 2;
        for (; !indices.IsEmpty; indices = indices[Math.Min(StreamLength, indices.Length)..])
            DecodeStream(reader.Bytes().Span, centre, LimitOf(memory), indices[..Math.Min(StreamLength, indices.Length)]);
        if (reader.Remaining != 0)
            throw ChunkReader.Corrupt($"{reader.Remaining} bytes are left over");
    }

    private static ReadOnlySpan<int> First(ReadOnlySpan<int> indices) => indices[..Math.Min(StreamLength, indices.Length)];

    /// <summary>Judged by at most three streams: the first, one in the middle, and the last.</summary>
    private static int BestMemory(ReadOnlySpan<int> indices, int centre)
    {
        var last = Math.Max(0, indices.Length - 1) / StreamLength;
        var (best, smallest) = (_memories[0], long.MaxValue);
        foreach (var memory in _memories)
        {
            var length = 0L;
            foreach (var stream in new[] { 0, last / 2, last }.Distinct())
                length += EncodeStream(First(indices[(stream * StreamLength)..]), centre, memory).Finish().Length;
            if (length < smallest)
                (best, smallest) = (memory, length);
        }

        return best;
    }

    private static RangeEncoder EncodeStream(ReadOnlySpan<int> indices, int centre, int memory)
    {
        var encoder = new RangeEncoder(LimitOf(memory));
        var model = new IntegerModel();
        foreach (var index in indices)
            model.Encode(encoder, index - centre);
        return encoder;
    }

    private static void DecodeStream(ReadOnlySpan<byte> stream, long centre, int limit, Span<int> indices)
    {
        var decoder = new RangeDecoder(stream, limit);
        var model = new IntegerModel();
        for (var i = 0; i < indices.Length; i++)
        {
            var index = centre + model.Decode(ref decoder);
            if (Math.Abs(index) >= Bound)
                throw ChunkReader.Corrupt($"the index {index} is out of range");
            indices[i] = (int)index;
        }
    }

    private static int LimitOf(int memory) => (1 << memory) - 1;

    private static int SampleMedian(ReadOnlySpan<int> indices)
    {
        if (indices.IsEmpty)
            return 0;
        var stride = Math.Max(1, indices.Length / 1024);
        var sample = new List<int>();
        for (var i = 0; i < indices.Length; i += stride)
            sample.Add(indices[i]);
        sample.Sort();
        return sample[sample.Count / 2];
    }
}
