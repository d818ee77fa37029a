using System.Buffers.Binary;
using CompressTasks.Numerics;

namespace CompressTasks.Outputs;

/// <summary>Facts about element types that hold whole numbers or truth values.</summary>
internal static class WholeNumbers
{
    /// <summary>Whether elements are whole numbers of whole bytes, or truth values.</summary>
    public static bool IsWholeNumber(this ElementType type) => Limits(type) is not null;

    /// <summary>The lowest and highest value; null for other types. Those of 64 bits end where doubles no longer tell neighbours apart.</summary>
    public static (double Lowest, double Highest)? Limits(ElementType type) => type switch
    {
        ElementType.Bool => (0, 1),
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        ElementType.UInt32 => (uint.MinValue, uint.MaxValue),
        ElementType.Int32 => (int.MinValue, int.MaxValue),
        ElementType.UInt64 => (0, 1L << 53),
        ElementType.Int64 => (-(1L << 53), 1L << 53),
        _ => null,
    };

    /// <summary>The elements of a tensor of 32- or 64-bit indices.</summary>
    public static IEnumerable<long> Read(TensorValue tensor)
    {
        var size = tensor.Type.BitsPerElement() / 8;
        for (var at = 0; at < tensor.Bytes.Length; at += size)
            yield return size == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(tensor.Bytes.AsSpan(at))
                : BinaryPrimitives.ReadInt64LittleEndian(tensor.Bytes.AsSpan(at));
    }

    /// <summary>The elements of a tensor of any whole numbers; those of 64 bits as near as a double is.</summary>
    public static double[] Values(TensorValue tensor)
    {
        var size = tensor.Type.BitsPerElement() / 8;
        var values = new double[tensor.Bytes.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            var element = tensor.Bytes.AsSpan(i * size, size);
            values[i] = tensor.Type switch
            {
                ElementType.Int8 => (sbyte)element[0],
                ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
                ElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
                ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
                ElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
                ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
                ElementType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(element),
                _ => element[0],
            };
        }

        return values;
    }

    /// <summary>Writes one element.</summary>
    /// <param name="value">Within the type's limits.</param>
    /// <param name="element">As many bytes as the type has.</param>
    public static void Write(long value, Span<byte> element)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        bytes[..element.Length].CopyTo(element);
    }
}
