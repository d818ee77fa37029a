using System.Text;

namespace CompressTasks.Onnx.Wire;

/// <summary>One field of a protobuf message, by its place in the file.</summary>
/// <param name="Number">The field number.</param>
/// <param name="Type">How the value is written.</param>
/// <param name="TagOffset">Where the field begins.</param>
/// <param name="LengthOffset">Where the length prefix begins, if the value is length-delimited.</param>
/// <param name="Start">Where the value begins.</param>
/// <param name="End">Where the field ends.</param>
/// <param name="Value">The value, if it is a varint.</param>
internal readonly record struct WireField(int Number, WireType Type, int TagOffset, int LengthOffset, int Start, int End, ulong Value)
{
    public bool IsLengthDelimited => Type == WireType.LengthDelimited;

    public bool IsVarint => Type == WireType.Varint;

    public int Length => End - Start;

    /// <summary>A string's value.</summary>
    /// <param name="file">The whole file.</param>
    public string Text(ReadOnlySpan<byte> file) => Encoding.UTF8.GetString(file.Slice(Start, Length));
}
