using System.Runtime.CompilerServices;

namespace CompressTasks.Coding.RangeCoding;

/// <summary>Reads what <see cref="RangeEncoder"/> wrote. Damaged bytes give wrong bits, never an exception.</summary>
internal ref struct RangeDecoder
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly uint _limit;
    private int _position;
    private uint _code;
    private uint _range;

    public RangeDecoder(ReadOnlySpan<byte> bytes, int limit)
    {
        _bytes = bytes;
        _limit = (uint)limit;
        _range = uint.MaxValue;
        for (var i = 0; i < sizeof(uint); i++)
            _code = (_code << 8) | NextByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Decode(ref AdaptiveBit model)
    {
        var bound = (_range >> RangeEncoder.ProbabilityBits) * model.Probability;
        uint bit;
        if (_code < bound)
        {
            _range = bound;
            bit = 1;
        }
        else
        {
            _code -= bound;
            _range -= bound;
            bit = 0;
        }

        model.Update(bit, _limit);
        Normalize();
        return bit;
    }

    public uint DecodeUniform(int count)
    {
        uint bits = 0;
        for (var i = 0; i < count; i++)
        {
            _range >>= 1;
            var bit = _code >= _range ? 1u : 0;
            _code -= bit * _range;
            bits = (bits << 1) | bit;
            Normalize();
        }

        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Normalize()
    {
        while (_range < RangeEncoder.SmallestRange)
        {
            _code = (_code << 8) | NextByte();
            _range <<= 8;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint NextByte() => (uint)_position < (uint)_bytes.Length ? _bytes[_position++] : 0u;
}
