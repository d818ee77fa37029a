using CompressTasks.Diagnostics;

namespace CompressTasks.Onnx.Wire;

/// <summary>
/// Walks the fields of one protobuf message where they lie. A parser would copy every payload it passes; here nothing but
/// offsets is kept.
/// </summary>
internal ref struct WireReader
{
    private readonly string _path;
    private readonly ReadOnlySpan<byte> _file;
    private readonly int _end;
    private readonly bool _isWholeFile;
    private int _position;

    /// <param name="path">The file's name, for diagnostics.</param>
    /// <param name="file">The whole file, so that all offsets count from its beginning.</param>
    /// <param name="message">The message to walk.</param>
    public WireReader(string path, ReadOnlySpan<byte> file, WireMessage message)
    {
        _path = path;
        _file = file;
        _position = message.Start;
        _end = message.End;
        _isWholeFile = message.Parent is null;
    }

    /// <summary>Reads the next field and steps over its value.</summary>
    /// <returns>False at the end of the message.</returns>
    public bool TryRead(out WireField field)
    {
        field = default;
        if (_position == _end)
            return false;
        field = ReadField();
        if (field.Type == WireType.StartGroup)
            field = field with { End = SkipGroup(field) };
        else if (field.Type == WireType.EndGroup)
            throw ModelDiagnostics.Malformed(_path, field.TagOffset, "a group ends that has not begun");
        return true;
    }

    private WireField ReadField()
    {
        var tagOffset = _position;
        var tag = ReadVarint(tagOffset);
        if (tag is < 8 or > uint.MaxValue)
            throw ModelDiagnostics.Malformed(_path, tagOffset, "not a field's tag");
        var number = (int)(tag >> 3);
        var type = (WireType)(tag & 7);
        var start = _position;
        switch (type)
        {
            case WireType.Varint:
                var value = ReadVarint(tagOffset);
                return new WireField(number, type, tagOffset, 0, start, _position, value);
            case WireType.Fixed32:
                Advance(sizeof(uint), tagOffset);
                return new WireField(number, type, tagOffset, 0, start, _position, 0);
            case WireType.Fixed64:
                Advance(sizeof(ulong), tagOffset);
                return new WireField(number, type, tagOffset, 0, start, _position, 0);
            case WireType.LengthDelimited:
                var length = ReadVarint(tagOffset);
                var body = _position;
                Advance(length, tagOffset);
                return new WireField(number, type, tagOffset, start, body, _position, 0);
            case WireType.StartGroup or WireType.EndGroup:
                return new WireField(number, type, tagOffset, 0, start, start, 0);
            default:
                throw ModelDiagnostics.Malformed(_path, tagOffset, $"no field has wire type {(int)type}");
        }
    }

    // Counts instead of recursing: groups may nest as deep as the file is long.
    private int SkipGroup(in WireField group)
    {
        for (var open = 1; open > 0;)
        {
            if (_position == _end)
                throw OutOfBytes(group.TagOffset, 1);
            var inner = ReadField();
            open += inner.Type switch
            {
                WireType.StartGroup => 1,
                WireType.EndGroup => -1,
                _ => 0,
            };
        }

        return _position;
    }

    private ulong ReadVarint(int tagOffset)
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position == _end)
                throw OutOfBytes(tagOffset, 1);
            var next = _file[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw ModelDiagnostics.Malformed(_path, tagOffset, "a number is longer than ten bytes");
    }

    private void Advance(ulong length, int tagOffset)
    {
        var left = (ulong)(_end - _position);
        if (length > left)
            throw OutOfBytes(tagOffset, length - left);
        _position += (int)length;
    }

    // Only the outermost message can be cut short by the file's end; a message inside another one that leaves it is damaged.
    private readonly CompressException OutOfBytes(int tagOffset, ulong missing) => _isWholeFile
        ? ModelDiagnostics.Truncated(_path, _file.Length, tagOffset, missing)
        : ModelDiagnostics.Malformed(_path, tagOffset, "a field is longer than the message around it");
}
