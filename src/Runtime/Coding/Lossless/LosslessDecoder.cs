using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless;

/// <summary>Restores what <c>LosslessEncoder</c> has coded.</summary>
internal static class LosslessDecoder
{
    public const int BlockLength = 1 << 20;

    /// <summary>The first byte of a chunk that holds the payload as it is.</summary>
    public const byte Stored = 0;

    /// <summary>Restores a payload.</summary>
    /// <param name="chunk">What <c>LosslessEncoder.Encode</c> returned.</param>
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
            LosslessBlockDecoder.Decode(reader, elementSize, elements);
            Elements.Write(elements, payload[..(elements.Length * elementSize)]);
            payload = payload[(elements.Length * elementSize)..];
        }

        if (reader.Remaining != 0)
            throw ChunkReader.Corrupt($"{reader.Remaining} bytes are left over");
    }

    public static bool IsElementSize(int size) => size is 1 or 2 or 4 or 8;
}
