using System.Buffers.Binary;
using System.Numerics;

namespace CompressTasks.Coding.Dictionary;

/// <summary>Finds earlier occurrences of the bytes at a position: chains of positions that share the hash of their first three bytes.</summary>
internal ref struct MatchFinder
{
    private const int HashBits = 16;
    private const int WindowBits = 22;
    private const int LongestChain = 96;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int[] _heads;
    private readonly int[] _previous;
    private readonly int _mask;
    private int _inserted;

    public MatchFinder(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _heads = new int[1 << HashBits];
        Array.Fill(_heads, -1);
        _previous = new int[Math.Min(1 << WindowBits, (int)BitOperations.RoundUpToPowerOf2((uint)bytes.Length + 1))];
        _mask = _previous.Length - 1;
    }

    /// <summary>
    /// The longest match of the bytes at a position with bytes before it, the nearest one of several; length 0 if there is none. Positions must not
    /// decrease.
    /// </summary>
    public (int Length, int Distance) Longest(int position)
    {
        for (; _inserted < position; _inserted++)
            Insert(_inserted);
        if (position > _bytes.Length - DictionaryModel.ShortestMatch)
            return default;

        var best = (Length: DictionaryModel.ShortestMatch - 1, Distance: 0);
        var candidate = _heads[HashAt(position)];
        for (var i = 0; i < LongestChain && candidate >= 0 && position - candidate < _previous.Length; i++)
        {
            var length = LengthAt(position, position - candidate);
            if (length > best.Length)
                best = (length, position - candidate);
            candidate = _previous[candidate & _mask];
        }

        return best.Distance == 0 ? default : best;
    }

    /// <summary>How many bytes at a position repeat those a distance before.</summary>
    public readonly int LengthAt(int position, int distance) =>
        distance > position || distance == 0 ? 0 : _bytes[position..].CommonPrefixLength(_bytes[(position - distance)..]);

    private readonly void Insert(int position)
    {
        if (position > _bytes.Length - DictionaryModel.ShortestMatch)
            return;
        ref var head = ref _heads[HashAt(position)];
        _previous[position & _mask] = head;
        head = position;
    }

    private readonly uint HashAt(int position)
    {
        var three = BinaryPrimitives.ReadUInt16LittleEndian(_bytes[position..]) | ((uint)_bytes[position + 2] << 16);
        return (three * 2654435761u) >> (32 - HashBits);
    }
}
