using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace CompressTasks.Artifacts;

/// <summary>The first 16 bytes of the SHA-256 of a weight's decoded payload: it tells whether decoding gave the bits that were measured.</summary>
/// <param name="Value">The bytes, the first one most significant.</param>
internal readonly record struct PayloadHash(UInt128 Value)
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
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);

    public static PayloadHash FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }
}
