using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CompressTasks.Core.Tests.Outputs.Samples.Media;

/// <summary>Puts <c>.wav</c> files together from the description of RIFF WAVE.</summary>
internal static class Wav
{
    public static byte[] Mono16(int rate, params short[] values) => File(Format(1, 1, rate, 16), MemoryMarshal.AsBytes(values.AsSpan()));

    public static byte[] File(ReadOnlySpan<byte> format, ReadOnlySpan<byte> data)
    {
        byte[] chunks = [.. "WAVE"u8, .. Chunk("fmt "u8, format), .. Chunk("data"u8, data)];
        return [.. "RIFF"u8, .. UInt32(chunks.Length), .. chunks];
    }

    public static byte[] Format(int kind, int channels, int rate, int bits) =>
    [
        (byte)kind, (byte)(kind >> 8), (byte)channels, 0, .. UInt32(rate), .. UInt32(rate * channels * bits / 8), (byte)(channels * bits / 8), 0,
        (byte)bits, 0,
    ];

    public static byte[] Chunk(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content) =>
        [.. name, .. UInt32(content.Length), .. content, .. new byte[content.Length % 2]];

    private static byte[] UInt32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
