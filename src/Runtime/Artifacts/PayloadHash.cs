using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace CompressTasks.Artifacts;

/// <summary>The first 16 bytes of the SHA-256 of a weight's decoded payload: it tells whether decoding gave the bits that were measured.</summary>
/// <param name="Upper">The first eight, the first one most significant.</param>
/// <param name="Lower">The other eight.</param>
internal readonly record struct PayloadHash(ulong Upper, ulong Lower)
{
    public const int Size = 16;

    /// <summary>Computes the hash of a payload.</summary>
    /// <param name="payload">Little-endian elements as they are in <c>raw_data</c>.</param>
    public static PayloadHash Of(ReadOnlySpan<byte> payload)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, hash);
        return FromBytes(hash[..Size]);
    }

    /// <summary>32 hexadecimal digits in lower case.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Upper:x16}{Lower:x16}");

    public static PayloadHash FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Upper);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(sizeof(ulong)), Lower);
        return bytes;
    }
}
