using System.Buffers.Binary;

namespace CompressTasks.Coding.Lossless;

/// <summary>Little-endian elements of 1, 2, 4 or 8 bytes as integers.</summary>
internal static class Elements
{
    public static ulong[] Read(ReadOnlySpan<byte> bytes, int elementSize)
    {
        var elements = new ulong[bytes.Length / elementSize];
        for (var i = 0; i < elements.Length; i++)
        {
            var element = bytes.Slice(i * elementSize, elementSize);
            elements[i] = elementSize switch
            {
                1 => element[0],
                2 => BinaryPrimitives.ReadUInt16LittleEndian(element),
                4 => BinaryPrimitives.ReadUInt32LittleEndian(element),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(element),
            };
        }

        return elements;
    }

    /// <param name="bytes">Receives them; its length gives the size of each.</param>
    public static void Write(ReadOnlySpan<ulong> elements, Span<byte> bytes)
    {
        var elementSize = elements.IsEmpty ? 1 : bytes.Length / elements.Length;
        for (var i = 0; i < elements.Length; i++)
        {
            var element = bytes.Slice(i * elementSize, elementSize);
            switch (elementSize)
            {
                case 1:
                    element[0] = (byte)elements[i];
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt16LittleEndian(element, (ushort)elements[i]);
                    break;
                case 4:
                    BinaryPrimitives.WriteUInt32LittleEndian(element, (uint)elements[i]);
                    break;
                default:
                    BinaryPrimitives.WriteUInt64LittleEndian(element, elements[i]);
                    break;
            }
        }
    }
}
