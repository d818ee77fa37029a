using CompressTasks.Benchmarks.Fuzz.Engine;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Fuzz.Mutation;

/// <summary>
/// Changes fields of protobuf messages, at any depth, and mends the lengths around them: what is behind a change is still read. What looks like a
/// message is taken for one.
/// </summary>
internal sealed class ProtobufMutator(ByteMutator bytes)
{
    private const int MostFields = 512;
    private const int MostDepth = 12;

    private readonly Field[] _fields = new Field[MostFields];
    private readonly (int LengthAt, int Start, int Length)[] _around = new (int, int, int)[MostDepth];
    private readonly byte[] _copy = new byte[1 << 12];

    private readonly record struct Field(int Tag, int LengthAt, int Start, int End)
    {
        public bool IsLengthDelimited => LengthAt > 0;
    }

    /// <summary>Changes a message that is a part of an input.</summary>
    /// <returns>How much longer it is.</returns>
    public int Mutate(InputBuffer input, int start, int length, FuzzRandom random)
    {
        var before = input.Length;
        if (random.OneIn(8))
        {
            bytes.Mutate(input, start, length, random);
            return input.Length - before;
        }

        var (depth, end) = (0, start + length);
        while (true)
        {
            var count = Parse(input.Bytes, start, end);
            if (count <= 0)
            {
                bytes.Mutate(input, start, end - start, random);
                break;
            }

            var field = _fields[random.Below(count)];
            if (field.IsLengthDelimited && field.End - field.Start > 1 && depth < MostDepth && !random.OneIn(3)
                && LooksLikeMessage(input.Bytes[field.Start..field.End]))
            {
                _around[depth++] = (field.LengthAt, field.Start, field.End - field.Start);
                (start, end) = (field.Start, field.End);
                continue;
            }

            Change(input, field, count, random);
            break;
        }

        Mend(input, depth, input.Length - before);
        return input.Length - before;
    }

    private void Change(InputBuffer input, Field field, int count, FuzzRandom random)
    {
        switch (random.Below(8))
        {
            case 0:
                input.Remove(field.Tag, field.End - field.Tag);
                break;
            case 1:
                Insert(input, field.Tag, field, random.OneIn(32) ? 40 : 1);
                break;
            case 2:
                Insert(input, _fields[random.Below(count)].Tag, field, 1);
                break;
            case 3:
                // Another number or another way of writing, of fields of one byte.
                input.Bytes[field.Tag] = (byte)random.Next();
                break;
            default:
                ChangeValue(input, field, random);
                break;
        }
    }

    private void ChangeValue(InputBuffer input, Field field, FuzzRandom random)
    {
        if (!field.IsLengthDelimited)
        {
            if (random.OneIn(2))
                input.Replace(field.Start, field.End - field.Start, bytes.Leb128(ByteMutator.Margin(random)));
            else
                bytes.Mutate(input, field.Start, field.End - field.Start, random, keepLength: true);
            return;
        }

        if (random.OneIn(12))
        {
            input.Replace(field.LengthAt, field.Start - field.LengthAt, bytes.Leb128(ByteMutator.Margin(random)));
            return;
        }

        var before = input.Length;
        bytes.Mutate(input, field.Start, field.End - field.Start, random);
        MendLength(input, field.LengthAt, field.Start, field.End - field.Start + input.Length - before);
    }

    private void Insert(InputBuffer input, int at, Field field, int times)
    {
        var length = field.End - field.Tag;
        if (length > _copy.Length)
            return;
        input.Bytes.Slice(field.Tag, length).CopyTo(_copy);
        for (; times > 0; times--)
            input.Replace(at, 0, _copy.AsSpan(0, length));
    }

    /// <summary>From the innermost message to the outermost; each prefix may itself become longer.</summary>
    private void Mend(InputBuffer input, int depth, int growth)
    {
        while (depth > 0 && growth != 0)
        {
            var (lengthAt, start, length) = _around[--depth];
            var before = input.Length;
            MendLength(input, lengthAt, start, length + growth);
            growth += input.Length - before;
        }
    }

    private void MendLength(InputBuffer input, int lengthAt, int start, int length) =>
        input.Replace(lengthAt, start - lengthAt, bytes.Leb128(length));

    private static bool LooksLikeMessage(ReadOnlySpan<byte> message)
    {
        var position = 0;
        while (position < message.Length)
        {
            if (!TryField(message, ref position, out _))
                return false;
        }

        return true;
    }

    /// <returns>The fields; −1 when it is no message.</returns>
    private int Parse(ReadOnlySpan<byte> message, int start, int end)
    {
        var count = 0;
        for (var position = start; position < end && count < MostFields;)
        {
            if (!TryField(message[..end], ref position, out var field))
                return count > 0 ? count : -1;
            _fields[count++] = field;
        }

        return count;
    }

    private static bool TryField(ReadOnlySpan<byte> message, ref int position, out Field field)
    {
        field = default;
        var tagAt = position;
        if (!TryVarint(message, ref position, out var tag) || tag < 8)
            return false;
        var start = position;
        switch ((WireFormat.WireType)(tag & 7))
        {
            case WireFormat.WireType.Varint when TryVarint(message, ref position, out _):
                field = new(tagAt, 0, start, position);
                return true;
            case WireFormat.WireType.Fixed32 when position <= message.Length - 4:
                position += 4;
                field = new(tagAt, 0, start, position);
                return true;
            case WireFormat.WireType.Fixed64 when position <= message.Length - 8:
                position += 8;
                field = new(tagAt, 0, start, position);
                return true;
            case WireFormat.WireType.LengthDelimited when TryVarint(message, ref position, out var length)
                && length <= (ulong)(message.Length - position):
                field = new(tagAt, start, position, position + (int)length);
                position += (int)length;
                return true;
            default:
                return false;
        }
    }

    private static bool TryVarint(ReadOnlySpan<byte> message, ref int position, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && position < message.Length; shift += 7)
        {
            var next = message[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }
}
