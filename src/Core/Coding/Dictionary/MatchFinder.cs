using System.Buffers.Binary;
using System.Numerics;

namespace CompressTasks.Coding.Dictionary;

/// <summary>Finds earlier occurrences of the bytes at a position: chains of positions that share the hash of their first three bytes.</summary>
internal ref struct MatchFinder
{
    private const int HashBits = 16;
    private const int WindowBits = 22;
    private const int LongestChain = 96;

    /// <summary>From here on what chains cost in misses of the cache is more than what <see cref="RecentPositions"/> take, 50 MB.</summary>
    private const int Long = 1 << 18;

    private const uint FirstThree = 0xFFFFFF;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int[] _heads;
    private readonly int[] _previous;
    private readonly RecentPositions? _recent;
    private readonly int _window;
    private readonly int _mask;
    private int _inserted;

    public MatchFinder(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _window = Math.Min(1 << WindowBits, (int)BitOperations.RoundUpToPowerOf2((uint)bytes.Length + 1));
        _mask = _window - 1;
        _heads = [];
        _previous = [];
        if (bytes.Length >= Long)
        {
            _recent = new(1 << HashBits, LongestChain);
            return;
        }

        _heads = new int[1 << HashBits];
        Array.Fill(_heads, -1);
        _previous = new int[_window];
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

        return _recent is null ? LongestOfChain(position) : LongestOfRecent(position);
    }

    private readonly (int Length, int Distance) LongestOfChain(int position)
    {
        var best = (Length: DictionaryModel.ShortestMatch - 1, Distance: 0);
        var candidate = _heads[HashAt(position)];
        for (var i = 0; i < LongestChain && candidate >= 0 && position - candidate < _window; i++)
        {
            var length = LengthAt(position, position - candidate);
            if (length > best.Length)
                best = (length, position - candidate);
            candidate = _previous[candidate & _mask];
        }

        return best.Distance == 0 ? default : best;
    }

    private readonly (int Length, int Distance) LongestOfRecent(int position)
    {
        var best = (Length: DictionaryModel.ShortestMatch - 1, Distance: 0);
        var (hash, bytes) = (HashAt(position), FourAt(position));
        var (mask, tried, end) = (FirstThree, 0, _bytes.Length - position);
        while (best.Length < end && _recent!.Next(hash, bytes, mask, ref tried) is >= 0 and var candidate && position - candidate < _window)
        {
            // What is to be longer has this byte too.
            if (_bytes[candidate + best.Length] != _bytes[position + best.Length])
                continue;
            var length = LengthAt(position, position - candidate);
            if (length <= best.Length)
                continue;
            best = (length, position - candidate);
            mask = uint.MaxValue;
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
        if (_recent is not null)
        {
            _recent.Add(HashAt(position), position, FourAt(position));
            return;
        }

        ref var head = ref _heads[HashAt(position)];
        _previous[position & _mask] = head;
        head = position;
    }

    private readonly uint HashAt(int position) => ((FourAt(position) & FirstThree) * 2654435761u) >> (32 - HashBits);

    /// <summary>At the end three, and a zero.</summary>
    private readonly uint FourAt(int position) => position + sizeof(uint) <= _bytes.Length
        ? BinaryPrimitives.ReadUInt32LittleEndian(_bytes[position..])
        : BinaryPrimitives.ReadUInt16LittleEndian(_bytes[position..]) | ((uint)_bytes[position + 2] << 16);
}
