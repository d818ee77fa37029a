namespace CompressTasks.Onnx.Wire;

/// <summary>
/// An embedded protobuf message, by its place in the file, with the messages around it: their length prefixes depend on its length.
/// </summary>
/// <param name="parent">The message around it; null for the whole file, which has no length prefix.</param>
/// <param name="lengthOffset">Where its length prefix begins; the prefix ends where the body starts.</param>
/// <param name="start">Where its body begins.</param>
/// <param name="end">Where its body ends.</param>
internal sealed class WireMessage(WireMessage? parent, int lengthOffset, int start, int end)
{
    public WireMessage? Parent { get; } = parent;

    public int LengthOffset { get; } = lengthOffset;

    public int Start { get; } = start;

    public int End { get; } = end;

    public int Length => End - Start;

    /// <summary>0 for the whole file.</summary>
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    public static WireMessage WholeFile(int length) => new(null, 0, 0, length);

    public WireMessage Child(in WireField field) => new(this, field.LengthOffset, field.Start, field.End);
}
