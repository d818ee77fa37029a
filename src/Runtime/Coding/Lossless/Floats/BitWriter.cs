using System.Buffers.Binary;

namespace CompressTasks.Coding.Lossless.Floats;

/// <summary>Numbers of few bits one after the other, the lowest bit first.</summary>
internal struct BitWriter
{
    private readonly byte[] _bytes;
    private ulong _pending;
    private int _pendingBits;
    private int _length;

    /// <param name="largestBits">No more bits than this will be written.</param>
    public BitWriter(long largestBits) => _bytes = new byte[(largestBits / 8) + (2 * sizeof(ulong))];

    /// <summary>All bits; the last byte is filled up with zeros.</summary>
    public readonly ReadOnlySpan<byte> Written
    {
        get
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_length), _pending);
            return _bytes.AsSpan(0, _length + ((_pendingBits + 7) / 8));
        }
    }

    /// <param name="bits">A number below 2^<paramref name="count"/>.</param>
    /// <param name="count">From 1 to 56.</param>
    public void Write(ulong bits, int count)
    {
        // Fewer than 8 bits are pending: whole bytes leave at once.
        _pending |= bits << _pendingBits;
        _pendingBits += count;
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_length), _pending);
        var whole = _pendingBits / 8;
        _length += whole;
        _pending = whole == sizeof(ulong) ? 0 : _pending >> (8 * whole);
        _pendingBits &= 7;
    }
}
