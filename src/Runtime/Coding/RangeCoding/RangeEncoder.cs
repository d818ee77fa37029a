using System.Runtime.CompilerServices;

namespace CompressTasks.Coding.RangeCoding;

/// <summary>
/// A binary range coder (G. N. N. Martin, 1979): 32 bits of range, bytes out, carries resolved in the bytes that are already written.
/// Trailing zero bytes are left out; <see cref="RangeDecoder"/> reads zeros behind the end.
/// </summary>
/// <param name="limit">How many bits an <see cref="AdaptiveBit"/> counts before it starts to forget.</param>
internal sealed class RangeEncoder(int limit)
{
    public const int ProbabilityBits = 16;
    public const uint SmallestRange = 1u << 24;

    private readonly uint _limit = (uint)limit;
    private byte[] _bytes = new byte[256];
    private int _length;
    private uint _low;
    private uint _range = uint.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Encode(ref AdaptiveBit model, uint bit)
    {
        var bound = (_range >> ProbabilityBits) * model.Probability;
        if (bit != 0)
        {
            _range = bound;
        }
        else
        {
            Advance(bound);
            _range -= bound;
        }

        model.Update(bit, _limit);
        Normalize();
    }

    /// <summary>
    /// The low <paramref name="count"/> (0 to 32) bits of <paramref name="bits"/>, most significant first, each as likely to be one as zero.
    /// </summary>
    public void EncodeUniform(uint bits, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            _range >>= 1;
            if (((bits >> i) & 1) != 0)
                Advance(_range);
            Normalize();
        }
    }

    /// <summary>Ends the stream with the number in the final range that has the fewest bytes.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        var upToCarry = (1UL << 32) - _low;
        if (_low != 0 && upToCarry < _range)
        {
            Carry();
        }
        else if (_low != 0)
        {
            Advance(SmallestRange - 1);
            WriteByte();
        }

        while (_length > 0 && _bytes[_length - 1] == 0)
            _length--;
        return _bytes.AsSpan(0, _length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(uint by)
    {
        var low = _low + by;
        if (low < _low)
            Carry();
        _low = low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Normalize()
    {
        while (_range < SmallestRange)
        {
            WriteByte();
            _range <<= 8;
        }
    }

    private void WriteByte()
    {
        if (_length == _bytes.Length)
            Array.Resize(ref _bytes, 2 * _length);
        _bytes[_length++] = (byte)(_low >> 24);
        _low <<= 8;
    }

    // The coded number is below one, so a byte that is not 255 always comes before the start of the buffer.
    private void Carry()
    {
        var i = _length - 1;
        while (++_bytes[i] == 0)
            i--;
    }
}
