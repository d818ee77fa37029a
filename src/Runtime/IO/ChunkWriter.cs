using System.Buffers;
using System.Buffers.Binary;
using CompressTasks.Numerics;

namespace CompressTasks.IO;

/// <summary>Writes the primitives of a chunk: LEB128 integers, little-endian floats, counted byte strings.</summary>
internal sealed class ChunkWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    /// <summary>Unsigned LEB128, at most five bytes.</summary>
    public void Count(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
            Byte((byte)(rest | 0x80));
        Byte((byte)rest);
    }

    public void Single(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(sizeof(float)), value);
        _buffer.Advance(sizeof(float));
    }

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(sizeof(double)), value);
        _buffer.Advance(sizeof(double));
    }

    /// <summary>A matrix whose values are representable as float32: rows, columns, then the values as float32.</summary>
    public void Matrix(Matrix matrix)
    {
        Count(matrix.Rows);
        Count(matrix.Columns);
        foreach (var value in matrix.Values)
            Single((float)value);
    }

    /// <summary>What another writer wrote.</summary>
    public void Append(ChunkWriter other) => _buffer.Write(other.Written.Span);

    /// <summary>A length and that many bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Count(bytes.Length);
        _buffer.Write(bytes);
    }
}
