using System.Buffers.Binary;

namespace CompressTasks.Artifacts;

/// <summary>The last 32 bytes of an artifact: where its index is.</summary>
/// <param name="Index">The coded index.</param>
/// <param name="DecodedLength">Bytes of the decoded index.</param>
internal readonly record struct ArtifactFooter(ArtifactChunk Index, int DecodedLength)
{
    public const int Length = 32;

    private const int CheckedLength = 20;

    private static ReadOnlySpan<byte> Magic => "ONXZ.END"u8;

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Index.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Index.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), DecodedLength);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Index.Crc32C);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), Crc32C.Of(bytes.AsSpan(0, CheckedLength)));
        Magic.CopyTo(bytes.AsSpan(24));
        return bytes;
    }

    /// <summary>Reads a footer, or returns <see langword="null"/> when the bytes are none.</summary>
    public static ArtifactFooter? Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes[24..].SequenceEqual(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]) != Crc32C.Of(bytes[..CheckedLength]))
            return null;
        return new(
            new ArtifactChunk(
                BinaryPrimitives.ReadInt64LittleEndian(bytes),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..])),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]));
    }
}
