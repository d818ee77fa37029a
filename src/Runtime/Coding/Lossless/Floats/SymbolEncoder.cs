using System.Buffers.Binary;

namespace CompressTasks.Coding.Lossless.Floats;

/// <summary>
/// Asymmetric numeral systems (J. Duda, 2009) with 64 bits of state, 32 bits at a time. Symbols are collected and then coded from the last to the
/// first.
/// </summary>
/// <param name="elements">How many elements there are.</param>
internal struct SymbolEncoder(int elements)
{
    private const ulong LowestState = 1UL << 32;

    // start << 16 | frequency.
    private uint[] _symbols = new uint[2 * elements];
    private int _count;

    public void Add((uint Start, uint Frequency) interval)
    {
        if (_count == _symbols.Length)
            Array.Resize(ref _symbols, 2 * _count);
        _symbols[_count++] = (interval.Start << 16) | interval.Frequency;
    }

    /// <summary>The words of all symbols.</summary>
    public readonly ReadOnlySpan<byte> Finish()
    {
        // A symbol has fewer than 16 bits.
        var bytes = new byte[(2 * _count) + (2 * sizeof(ulong))];
        var free = bytes.Length;
        var state = LowestState;
        for (var i = _count - 1; i >= 0; i--)
        {
            var (start, frequency) = (_symbols[i] >> 16, _symbols[i] & 0xFFFF);
            if (state >= (ulong)frequency << (64 - FloatModels.ProbabilityBits))
                state = Flush(state, bytes, ref free);
            var (quotient, remainder) = Math.DivRem(state, frequency);
            state = (quotient << FloatModels.ProbabilityBits) + remainder + start;
        }

        Flush(Flush(state, bytes, ref free), bytes, ref free);
        return bytes.AsSpan(free);
    }

    private static ulong Flush(ulong state, byte[] bytes, ref int free)
    {
        free -= sizeof(uint);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(free), (uint)state);
        return state >> 32;
    }
}
