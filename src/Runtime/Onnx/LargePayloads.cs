using CompressTasks.IO;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>
/// Finds where a model file has large payloads without having it in memory, so that these need not be. It goes where they mostly are; what it does
/// not find, or cannot read, is loaded as if it were structure.
/// </summary>
internal sealed class LargePayloads
{
    private const int Large = 64 << 10;
    private const int MaxDepth = 100;

    private readonly OpenedFile _file;
    private readonly byte[] _window = new byte[Large];
    private readonly List<(long Offset, long Length)> _found = [];
    private long _windowStart;
    private int _windowLength;

    private LargePayloads(OpenedFile file) => _file = file;

    private enum Message
    {
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
    }

    /// <returns>Parts of the file, in their order.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<(long Offset, long Length)> Find(OpenedFile file)
    {
        var finder = new LargePayloads(file);
        if (file.Length >= Large)
            finder.Walk(Message.Model, 0, file.Length, 0);
        return finder._found;
    }

    /// <returns>Whether the message could be read to its end.</returns>
    private bool Walk(Message message, long position, long end, int depth)
    {
        while (position < end)
        {
            if (!TryVarint(ref position, end, out var tag))
                return false;
            var number = (int)(tag >> 3);
            switch ((WireType)(tag & 7))
            {
                case WireType.Varint when TryVarint(ref position, end, out _):
                    break;
                case WireType.Fixed32:
                    position += sizeof(uint);
                    break;
                case WireType.Fixed64:
                    position += sizeof(ulong);
                    break;
                case WireType.LengthDelimited when TryVarint(ref position, end, out var length) && length <= (ulong)(end - position):
                    if (length >= Large && !Enter(message, number, position, (long)length, depth))
                        return false;
                    position += (long)length;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private bool Enter(Message message, int number, long start, long length, int depth)
    {
        if (IsPayload(message, number))
            _found.Add((start, length));
        return Inner(message, number) is not { } inner || depth == MaxDepth || Walk(inner, start, start + length, depth + 1);
    }

    /// <summary>Of float_data and double_data nobody looks at values while the model is scanned; those of int32_data have to be counted.</summary>
    private static bool IsPayload(Message message, int number) => message == Message.Tensor
        && number is FieldNumbers.Tensor.RawData or FieldNumbers.Tensor.FloatData or FieldNumbers.Tensor.DoubleData;

    private static Message? Inner(Message message, int number) => (message, number) switch
    {
        (Message.Model, FieldNumbers.Model.Graph) => Message.Graph,
        (Message.Graph, FieldNumbers.Graph.Node) => Message.Node,
        (Message.Graph, FieldNumbers.Graph.Initializer) => Message.Tensor,
        (Message.Node, FieldNumbers.Node.Attribute) => Message.Attribute,
        (Message.Attribute, FieldNumbers.Attribute.T or FieldNumbers.Attribute.Tensors) => Message.Tensor,
        (Message.Attribute, FieldNumbers.Attribute.G or FieldNumbers.Attribute.Graphs) => Message.Graph,
        _ => null,
    };

    private bool TryVarint(ref long position, long end, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70 && position < end; shift += 7)
        {
            var next = ByteAt(position++);
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }

    private byte ByteAt(long position)
    {
        if (position < _windowStart || position >= _windowStart + _windowLength)
        {
            _windowStart = position;
            _windowLength = (int)Math.Min(_window.Length, _file.Length - position);
            _file.Read(position, _window.AsSpan(0, _windowLength));
        }

        return _window[position - _windowStart];
    }
}
