namespace CompressTasks.Coding.Dictionary;

/// <summary>
/// The last positions of each hash, with the bytes that are there: the same candidates in the same order as in chains of positions. Those of one
/// hash lie beside one another, so that what does not match costs no access to memory elsewhere, which is nearly all of the time on numbers.
/// </summary>
internal sealed class RecentPositions(int hashes, int each)
{
    private readonly int[] _positions = new int[hashes * each];
    private readonly uint[] _bytes = new uint[hashes * each];
    private readonly int[] _counts = new int[hashes];

    /// <param name="hash">Of the first bytes at the position.</param>
    /// <param name="position">Larger than all before.</param>
    /// <param name="bytes">The first four of them.</param>
    public void Add(uint hash, int position, uint bytes)
    {
        var slot = (int)((hash * (uint)each) + (uint)(_counts[hash] % each));
        _positions[slot] = position;
        _bytes[slot] = bytes;
        _counts[hash]++;
    }

    /// <summary>Goes on to the next position, from the last one backwards, whose bytes agree with some.</summary>
    /// <param name="hash">Their hash.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="mask">Which of their bits count.</param>
    /// <param name="tried">How many were tried; none at first.</param>
    /// <returns>−1 if there is none.</returns>
    public int Next(uint hash, uint bytes, uint mask, ref int tried)
    {
        var known = Math.Min(_counts[hash], each);
        if (tried == known)
            return -1;
        var first = (int)(hash * (uint)each);
        var there = _bytes.AsSpan(first, each);
        for (var slot = (_counts[hash] - 1 - tried) % each; tried < known; slot = slot == 0 ? each - 1 : slot - 1)
        {
            tried++;
            if (((there[slot] ^ bytes) & mask) == 0)
                return _positions[first + slot];
        }

        return -1;
    }
}
