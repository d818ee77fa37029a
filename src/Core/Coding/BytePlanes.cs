using System.Buffers.Binary;

namespace CompressTasks.Coding;

/// <summary>
/// Splits little-endian elements into planes, the most significant byte of every element first. Elements can be rotated by one bit to the
/// left first: it moves the sign of a floating-point number behind its fraction, and the exponent of float32 and bfloat16 fills a plane.
/// </summary>
internal static class BytePlanes
{
    public static byte[][] Split(ReadOnlySpan<byte> elements, int elementSize, bool rotate)
    {
        var planes = new byte[elementSize][];
        var count = elements.Length / elementSize;
        for (var p = 0; p < elementSize; p++)
            planes[p] = new byte[count];
        for (var i = 0; i < count; i++)
        {
            var element = Read(elements.Slice(i * elementSize, elementSize));
            if (rotate)
                element = RotateLeft(element, elementSize);
            for (var p = 0; p < elementSize; p++)
                planes[p][i] = (byte)(element >> (8 * (elementSize - 1 - p)));
        }

        return planes;
    }

    public static void Join(byte[][] planes, bool rotated, Span<byte> elements)
    {
        var elementSize = planes.Length;
        for (var i = 0; i < planes[0].Length; i++)
        {
            ulong element = 0;
            foreach (var plane in planes)
                element = (element << 8) | plane[i];
            if (rotated)
                element = RotateRight(element, elementSize);
            Write(elements.Slice(i * elementSize, elementSize), element);
        }
    }

    private static ulong RotateLeft(ulong element, int elementSize) =>
        (element << 1) | (element >> ((8 * elementSize) - 1));

    private static ulong RotateRight(ulong element, int elementSize) =>
        (element >> 1) | (element << ((8 * elementSize) - 1));

    private static ulong Read(ReadOnlySpan<byte> element) => element.Length switch
    {
        1 => element[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(element),
    };

    private static void Write(Span<byte> element, ulong value)
    {
        switch (element.Length)
        {
            case 1:
                element[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(element, (ushort)value);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(element, (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(element, value);
                break;
        }
    }
}
