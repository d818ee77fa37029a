using CompressTasks.Stages;

namespace CompressTasks.Coding;

/// <summary>Codes any array of numbers exactly: byte planes, each with the method that suits it, in blocks of 2^20 elements.</summary>
internal static class LosslessCoder
{
    private const int BlockLength = 1 << 20;

    /// <summary>The first byte of a chunk that holds the payload as it is.</summary>
    private const byte Stored = 0;

    /// <summary>Codes a payload.</summary>
    /// <param name="payload">Little-endian elements.</param>
    /// <param name="elementSize">1, 2, 4 or 8 bytes.</param>
    /// <returns>At most one byte more than the payload.</returns>
    public static byte[] Encode(ReadOnlySpan<byte> payload, int elementSize)
    {
        if (!IsElementSize(elementSize))
            throw new ArgumentOutOfRangeException(nameof(elementSize), elementSize, "An element has 1, 2, 4 or 8 bytes.");
        if (payload.Length % elementSize != 0)
            throw new ArgumentException($"{payload.Length} bytes are no whole number of elements of {elementSize} bytes.", nameof(payload));

        var writer = new ChunkWriter();
        writer.Byte((byte)elementSize);
        for (var rest = payload; !rest.IsEmpty;)
        {
            var length = (int)Math.Min((long)BlockLength * elementSize, rest.Length);
            EncodeBlock(rest[..length], elementSize, writer);
            rest = rest[length..];
        }

        return writer.Written.Length <= payload.Length ? writer.Written.ToArray() : [Stored, .. payload];
    }

    /// <summary>Restores a payload.</summary>
    /// <param name="chunk">What <see cref="Encode"/> returned.</param>
    /// <param name="payload">As many bytes as were encoded.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static void Decode(ReadOnlyMemory<byte> chunk, Span<byte> payload)
    {
        var reader = new ChunkReader(chunk);
        int elementSize = reader.Byte();
        if (elementSize == Stored)
        {
            if (reader.Remaining != payload.Length)
                throw ChunkReader.Corrupt($"it holds {reader.Remaining} bytes and should hold {payload.Length}");
            chunk.Span[1..].CopyTo(payload);
            return;
        }

        if (!IsElementSize(elementSize) || payload.Length % elementSize != 0)
            throw ChunkReader.Corrupt($"it has elements of {elementSize} bytes, of which {payload.Length} bytes cannot be made");
        while (!payload.IsEmpty)
        {
            var length = (int)Math.Min((long)BlockLength * elementSize, payload.Length);
            DecodeBlock(reader, elementSize, payload[..length]);
            payload = payload[length..];
        }

        if (reader.Remaining != 0)
            throw ChunkReader.Corrupt($"{reader.Remaining} bytes are left over");
    }

    private static void EncodeBlock(ReadOnlySpan<byte> block, int elementSize, ChunkWriter writer)
    {
        var plain = new Plan(block, elementSize, rotate: false);
        var rotated = elementSize > 1 ? new Plan(block, elementSize, rotate: true) : plain;
        var plan = rotated.Cost < plain.Cost ? rotated : plain;

        writer.Byte(plan.Rotate ? (byte)1 : (byte)0);
        for (var p = 0; p < elementSize; p++)
        {
            var (plane, method) = (plan.Planes[p], plan.Methods[p]);
            var coded = method == PlaneMethod.Raw ? plane : PlaneCoder.Encode(plane, method, p > 0 ? plan.Planes[p - 1] : default);
            if (coded.Length >= plane.Length)
                (coded, method) = (plane, PlaneMethod.Raw);
            writer.Byte((byte)method);
            writer.Bytes(coded);
        }
    }

    private static void DecodeBlock(ChunkReader reader, int elementSize, Span<byte> block)
    {
        var rotated = reader.Byte() switch
        {
            0 => false,
            1 => true,
            var other => throw ChunkReader.Corrupt($"{other} is neither 0 nor 1"),
        };
        var planes = new byte[elementSize][];
        for (var p = 0; p < elementSize; p++)
        {
            var method = (PlaneMethod)reader.Byte();
            var coded = reader.Bytes().Span;
            if (method > PlaneMethod.BelowUpper || (method == PlaneMethod.BelowUpper && p == 0))
                throw ChunkReader.Corrupt($"plane {p} is coded with the unknown method {(byte)method}");
            if (method == PlaneMethod.Raw && coded.Length != block.Length / elementSize)
                throw ChunkReader.Corrupt($"plane {p} has {coded.Length} bytes instead of {block.Length / elementSize}");
            planes[p] = new byte[block.Length / elementSize];
            if (method == PlaneMethod.Raw)
                coded.CopyTo(planes[p]);
            else
                PlaneCoder.Decode(coded, method, p > 0 ? planes[p - 1] : default, planes[p]);
        }

        BytePlanes.Join(planes, rotated, block);
    }

    private static bool IsElementSize(int size) => size is 1 or 2 or 4 or 8;

    /// <summary>The planes of a block, the method for each, and the size that is expected of all.</summary>
    private sealed class Plan
    {
        public Plan(ReadOnlySpan<byte> block, int elementSize, bool rotate)
        {
            Rotate = rotate;
            Planes = BytePlanes.Split(block, elementSize, rotate);
            Methods = new PlaneMethod[elementSize];
            for (var p = 0; p < elementSize; p++)
            {
                (Methods[p], var cost) = PlaneStatistics.Cheapest(Planes[p], p > 0 ? Planes[p - 1] : default);
                Cost += cost;
            }
        }

        public bool Rotate { get; }

        public byte[][] Planes { get; }

        public PlaneMethod[] Methods { get; }

        public long Cost { get; }
    }
}
