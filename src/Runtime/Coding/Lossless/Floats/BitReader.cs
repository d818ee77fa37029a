using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless.Floats;

/// <summary>Reads what <see cref="BitWriter"/> wrote. Behind the end there are zeros.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private long _position;

    /// <summary>A bit above some others.</summary>
    /// <param name="count">How many others, at most 56.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (ulong Above, ulong Others) ReadSignAnd(int count)
    {
        var start = (int)(_position >> 3);
        var eight = start + sizeof(ulong) <= _bytes.Length ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes[start..]) : AtTheEnd(start);
        var bits = eight >> (int)(_position & 7);
        _position += count + 1;
        return ((bits >> count) & 1, bits & ((1UL << count) - 1));
    }

    /// <exception cref="InvalidDataException">The bits that were read and the zeros that fill up their last byte are not all there is.</exception>
    public readonly void CheckEnd()
    {
        if ((_position + 7) / 8 != _bytes.Length)
            throw ChunkReader.Corrupt($"there are {_bytes.Length} bytes of fractions where {(_position + 7) / 8} are needed");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly ulong AtTheEnd(int start)
    {
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        last.Clear();
        if (start < _bytes.Length)
            _bytes[start..].CopyTo(last);
        return BinaryPrimitives.ReadUInt64LittleEndian(last);
    }
}
