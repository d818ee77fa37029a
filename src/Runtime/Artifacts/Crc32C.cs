using System.Buffers.Binary;
using System.Numerics;

namespace CompressTasks.Artifacts;

/// <summary>
/// The cyclic redundancy check of RFC 3720, appendix B.4 (Castagnoli's polynomial), with a processor instruction where there is one.
/// </summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <param name="before">The check of the bytes that come before; 0 when there are none.</param>
    /// <param name="bytes">The next ones.</param>
    public static uint Append(uint before, ReadOnlySpan<byte> bytes)
    {
        var crc = ~before;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
