using System.Buffers.Binary;
using System.Text;

namespace CompressTasks.Artifacts;

/// <summary>
/// Walks the fields of a protobuf message in memory. An index is read at every start of an app, when the protobuf library and the generated parsers
/// would have to be compiled first: that takes longer than opening the artifact.
/// </summary>
internal ref struct IndexFieldReader(ReadOnlySpan<byte> message)
{
    public const int Varint = 0;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    private const int Fixed64 = 1;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field's number times eight, plus the way in which its value is written.</summary>
    public uint Tag { get; private set; }

    /// <summary>The value of a field that is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of a field that is a text, bytes, or a message.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(Content);

    /// <summary>Reads the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public bool TryRead()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = TakeVarint();
        if (tag is > uint.MaxValue or < 8)
            throw new InvalidDataException($"there is no field with the tag {tag}");
        Tag = (uint)tag;
        Number = 0;
        Content = default;
        switch (Tag & 7)
        {
            case Varint:
                Number = TakeVarint();
                break;
            case Bytes:
                Content = Take(TakeVarint());
                break;
            case Fixed32:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                break;
            case Fixed64:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                break;
            default:
                throw new InvalidDataException($"there is no field with the tag {Tag}");
        }

        return true;
    }

    /// <summary>Takes a number from a message that is nothing but numbers.</summary>
    public ulong TakeVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("a number has more than ten bytes");
    }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
            throw new InvalidDataException($"{length} bytes are needed and {_rest.Length} are left");
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
