using System.Buffers;
using System.Text;

namespace CompressTasks.Onnx.Wire;

/// <summary>Writes single fields of protobuf messages, as edits need them.</summary>
internal static class WireWriter
{
    /// <summary>Encodes a varint in as few bytes as possible.</summary>
    public static byte[] Varint(int value)
    {
        var bytes = new ArrayBufferWriter<byte>(5);
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
            bytes.Write([(byte)(rest | 0x80)]);
        bytes.Write([(byte)rest]);
        return bytes.WrittenSpan.ToArray();
    }

    public static byte[] Tag(int number, WireType type) => Varint((number << 3) | (int)type);

    /// <summary>A field that is a number, not below zero.</summary>
    public static byte[] Number(int number, int value) => [.. Tag(number, WireType.Varint), .. Varint(value)];

    /// <summary>A field that is a text.</summary>
    public static byte[] Text(int number, string value) => Content(number, Encoding.UTF8.GetBytes(value));

    /// <summary>A field that is bytes or a message.</summary>
    public static byte[] Content(int number, ReadOnlySpan<byte> value) =>
        [.. Tag(number, WireType.LengthDelimited), .. Varint(value.Length), .. value];
}
