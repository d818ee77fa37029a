using System.Buffers.Binary;
using CompressTasks.Numerics;

namespace CompressTasks.IO;

/// <summary>
/// Reads what <see cref="ChunkWriter"/> wrote; every length is checked against the bytes that are left before anything is allocated.
/// </summary>
internal sealed class ChunkReader(ReadOnlyMemory<byte> chunk)
{
    private int _position;

    public int Remaining => chunk.Length - _position;

    public byte Byte() => Take(1)[0];

    public int Count()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Byte();
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
                return shift == 28 && next > 7 ? throw Corrupt("an integer is larger than 2^31 − 1") : (int)value;
        }

        throw Corrupt("an integer has more than five bytes");
    }

    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public Matrix Matrix()
    {
        var rows = Count();
        var columns = Count();
        if ((long)rows * columns > Remaining / sizeof(float))
            throw Corrupt($"a matrix of {rows} × {columns} does not fit into the {Remaining} bytes that are left");
        var values = new double[rows * columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = Single();
        return new Matrix(rows, columns, values);
    }

    public ReadOnlyMemory<byte> Bytes()
    {
        var length = Count();
        var start = _position;
        Take(length);
        return chunk.Slice(start, length);
    }

    public static InvalidDataException Corrupt(string what) => new($"The chunk is damaged: {what}.");

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > Remaining)
            throw Corrupt($"{length} bytes are needed and {Remaining} are left");
        var bytes = chunk.Span.Slice(_position, length);
        _position += length;
        return bytes;
    }
}
