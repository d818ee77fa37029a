using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless;

/// <summary>Codes any array of numbers exactly, in blocks of 2^20 elements: see <see cref="LosslessBlock"/>.</summary>
internal static class LosslessCoder
{
    private const int BlockLength = 1 << 20;

    /// <summary>The first byte of a chunk that holds the payload as it is.</summary>
    private const byte Stored = 0;

    /// <summary>Codes a payload.</summary>
    /// <param name="payload">Little-endian elements.</param>
    /// <param name="elementSize">1, 2, 4 or 8 bytes.</param>
    /// <param name="exponentBits">For floating-point numbers of 2, 4 or 8 bytes the bits of their exponents, otherwise 0.</param>
    /// <param name="rowLength">The elements of a row, or 0 where there are no rows.</param>
    /// <returns>At most one byte more than the payload.</returns>
    public static byte[] Encode(ReadOnlySpan<byte> payload, int elementSize, int exponentBits = 0, int rowLength = 0)
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
            LosslessBlock.Encode(Elements.Read(rest[..length], elementSize), elementSize, exponentBits, rowLength, writer);
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
        var block = new ulong[Math.Min(payload.Length / elementSize, BlockLength)];
        while (!payload.IsEmpty)
        {
            var elements = block.AsSpan(0, Math.Min(payload.Length / elementSize, BlockLength));
            LosslessBlock.Decode(reader, elementSize, elements);
            Elements.Write(elements, payload[..(elements.Length * elementSize)]);
            payload = payload[(elements.Length * elementSize)..];
        }

        if (reader.Remaining != 0)
            throw ChunkReader.Corrupt($"{reader.Remaining} bytes are left over");
    }

    private static bool IsElementSize(int size) => size is 1 or 2 or 4 or 8;
}
