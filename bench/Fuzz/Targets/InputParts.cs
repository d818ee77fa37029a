using System.Buffers.Binary;
using CompressTasks.Benchmarks.Fuzz.Engine;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>
/// An input of several parts: a byte of flags, the number of parts, two bytes of length for each, and the parts. What is cut off is short: every
/// input has parts.
/// </summary>
internal readonly ref struct InputParts(ReadOnlySpan<byte> input)
{
    private const int Header = 2;
    private const int MostParts = 64;

    private readonly ReadOnlySpan<byte> _input = input;

    public byte Flags => _input.Length > 0 ? _input[0] : (byte)0;

    public int Count => _input.Length > 1 ? Math.Min(_input[1], Math.Min(MostParts, (_input.Length - Header) / sizeof(ushort))) : 0;

    /// <summary>Where a part is.</summary>
    public (int Start, int Length) Place(int part)
    {
        var start = Header + (sizeof(ushort) * Count);
        for (var i = 0; i < part; i++)
            start += LengthOf(i);
        start = Math.Min(start, _input.Length);
        return (start, Math.Min(LengthOf(part), _input.Length - start));
    }

    public ReadOnlySpan<byte> this[int part]
    {
        get
        {
            var (start, length) = Place(part);
            return _input.Slice(start, length);
        }
    }

    public static byte[] Join(byte flags, params IReadOnlyList<byte[]> parts)
    {
        byte[] header = [flags, (byte)parts.Count, .. parts.SelectMany(part => BitConverter.GetBytes((ushort)part.Length))];
        return [.. header, .. parts.SelectMany(part => part)];
    }

    /// <summary>Changes one part, and the length that is written of it.</summary>
    public static void Mutate(InputBuffer input, int part, Action<int, int> change)
    {
        var (start, length) = new InputParts(input.Bytes).Place(part);
        var before = input.Length;
        change(start, length);
        BinaryPrimitives.WriteUInt16LittleEndian(input.Bytes[(Header + (sizeof(ushort) * part))..],
            (ushort)Math.Clamp(length + input.Length - before, 0, ushort.MaxValue));
    }

    private int LengthOf(int part) => BinaryPrimitives.ReadUInt16LittleEndian(_input[(Header + (sizeof(ushort) * part))..]);
}
