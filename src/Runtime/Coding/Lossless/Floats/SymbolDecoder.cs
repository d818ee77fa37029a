using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless.Floats;

/// <summary>Reads what <see cref="SymbolEncoder"/> wrote. Behind the end there are zeros.</summary>
internal ref struct SymbolDecoder
{
    private const uint NumberMask = (1u << FloatModels.ProbabilityBits) - 1;

    private readonly ReadOnlySpan<byte> _words;
    private int _position;
    private ulong _state;

    public SymbolDecoder(ReadOnlySpan<byte> words)
    {
        _words = words;
        _state = (NextWord() << 32) | NextWord();
    }

    /// <summary>The number that tells the next symbol.</summary>
    public readonly int Number => (int)(_state & NumberMask);

    /// <summary>Goes on behind a symbol.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(uint start, uint frequency)
    {
        var next = (frequency * (_state >> FloatModels.ProbabilityBits)) + (_state & NumberMask) - start;
        if (next <= uint.MaxValue)
            next = (next << 32) | NextWord();
        _state = next;
    }

    public readonly void CheckEnd()
    {
        if (_position < _words.Length)
            throw ChunkReader.Corrupt($"{_words.Length - _position} bytes of symbols are left over");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong NextWord()
    {
        var position = _position;
        _position = position + sizeof(uint);
        return position + sizeof(uint) <= _words.Length ? BinaryPrimitives.ReadUInt32LittleEndian(_words[position..]) : 0;
    }
}
