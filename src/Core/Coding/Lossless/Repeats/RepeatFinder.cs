using System.Numerics;

namespace CompressTasks.Coding.Lossless.Repeats;

/// <summary>
/// Finds runs of magnitudes that came before, forwards or backwards, as in a Fourier basis: chains of places whose next few magnitudes have the same
/// sum of hashes, in any order.
/// </summary>
internal sealed class RepeatFinder
{
    private const int LongestChain = 24;
    private const int MostHashBits = 18;

    private readonly ulong[] _magnitudes;
    private readonly uint[] _hashes;
    private readonly int[] _heads;
    private readonly int[] _previous;
    private readonly int _shortest;
    private readonly int _shift;

    private RepeatFinder(ulong[] magnitudes, int shortest)
    {
        (_magnitudes, _shortest) = (magnitudes, shortest);
        var bits = Math.Clamp(BitOperations.Log2((uint)magnitudes.Length) + 1, 8, MostHashBits);
        _shift = 32 - bits;
        _heads = new int[1 << bits];
        Array.Fill(_heads, -1);
        _previous = new int[magnitudes.Length];
        _hashes = Windows(magnitudes, shortest);
    }

    /// <summary>The runs of some magnitudes, in order.</summary>
    /// <param name="shortest">The shortest run that pays.</param>
    public static List<Repeat> Find(ulong[] magnitudes, int shortest)
    {
        var finder = new RepeatFinder(magnitudes, shortest);
        var repeats = new List<Repeat>();
        var end = magnitudes.Length - shortest;
        for (var position = 0; position <= end;)
        {
            var found = finder.Longest(position);
            var next = position + Math.Max(found.Length, 1);
            if (found.Length > 0)
                repeats.Add(found);
            for (; position < next && position <= end; position++)
                finder.Insert(position);
            position = next;
        }

        return repeats;
    }

    private static uint[] Windows(ulong[] magnitudes, int length)
    {
        var hashes = new uint[Math.Max(magnitudes.Length - length + 1, 0)];
        for (var i = 0; i < hashes.Length; i++)
        {
            for (var j = i; j < i + length; j++)
                hashes[i] += (uint)((magnitudes[j] * 0x9E3779B97F4A7C15) >> 32);
        }

        return hashes;
    }

    private Repeat Longest(int position)
    {
        var best = default(Repeat);
        var candidate = _heads[(_hashes[position] * 2654435761) >> _shift];
        for (var i = 0; i < LongestChain && candidate >= 0; i++, candidate = _previous[candidate])
        {
            if (_hashes[candidate] != _hashes[position])
                continue;
            Consider(new(position, Forwards(position, candidate), position - candidate, false), ref best);
            var last = candidate + _shortest - 1;
            if (last < position)
                Consider(new(position, Backwards(position, last), position - last, true), ref best);
        }

        return best;
    }

    private void Consider(Repeat repeat, ref Repeat best)
    {
        if (repeat.Length >= _shortest && repeat.Length > best.Length)
            best = repeat;
    }

    private int Forwards(int position, int source) => _magnitudes.AsSpan(position).CommonPrefixLength(_magnitudes.AsSpan(source));

    private int Backwards(int position, int source)
    {
        var length = 0;
        while (source - length >= 0 && position + length < _magnitudes.Length && _magnitudes[position + length] == _magnitudes[source - length])
            length++;
        return length;
    }

    private void Insert(int position)
    {
        ref var head = ref _heads[(_hashes[position] * 2654435761) >> _shift];
        _previous[position] = head;
        head = position;
    }
}
