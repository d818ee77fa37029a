using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Numerics;

/// <summary>Converts between little-endian tensor payloads and doubles.</summary>
internal static class ElementConversion
{
    private const int SignificandBitsDropped = 16;

    /// <summary>Reads every element exactly: each of the four floating-point types is a subset of double.</summary>
    /// <param name="type">Float, Float16, Double or BFloat16.</param>
    /// <param name="payload">Little-endian elements; need not be aligned.</param>
    /// <param name="values">As many values as <paramref name="payload"/> has elements.</param>
    /// <exception cref="ArgumentException">Another type, or lengths that do not match.</exception>
    public static void ReadValues(ElementType type, ReadOnlySpan<byte> payload, Span<double> values)
    {
        RequireLength(type, payload.Length, values.Length);
        switch (type)
        {
            case ElementType.Float:
                for (var i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadSingleLittleEndian(payload[(4 * i)..]);
                break;
            case ElementType.Float16:
                for (var i = 0; i < values.Length; i++)
                    values[i] = (double)BinaryPrimitives.ReadHalfLittleEndian(payload[(2 * i)..]);
                break;
            case ElementType.BFloat16:
                for (var i = 0; i < values.Length; i++)
                    values[i] = BFloat16ToDouble(BinaryPrimitives.ReadUInt16LittleEndian(payload[(2 * i)..]));
                break;
            default:
                for (var i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadDoubleLittleEndian(payload[(8 * i)..]);
                break;
        }
    }

    /// <summary>Writes every value rounded once, to nearest with ties to even; what is too large becomes an infinity, a NaN stays one.</summary>
    /// <param name="type">Float, Float16, Double or BFloat16.</param>
    /// <param name="payload">Little-endian elements, as many as <paramref name="values"/>.</param>
    /// <exception cref="ArgumentException">Another type, or lengths that do not match.</exception>
    public static void WriteValues(ElementType type, ReadOnlySpan<double> values, Span<byte> payload)
    {
        RequireLength(type, payload.Length, values.Length);
        switch (type)
        {
            case ElementType.Float:
                WriteSingles(values, payload);
                break;
            case ElementType.Float16:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteHalfLittleEndian(payload[(2 * i)..], (Half)values[i]);
                break;
            case ElementType.BFloat16:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(payload[(2 * i)..], DoubleToBFloat16(values[i]));
                break;
            default:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteDoubleLittleEndian(payload[(8 * i)..], values[i]);
                break;
        }
    }

    private static void WriteSingles(ReadOnlySpan<double> values, Span<byte> payload)
    {
        var i = 0;
        if (BitConverter.IsLittleEndian)
        {
            ref var source = ref MemoryMarshal.GetReference(values);
            ref var target = ref MemoryMarshal.GetReference(payload);
            for (; i + Vector256<float>.Count <= values.Length; i += Vector256<float>.Count)
            {
                var singles = Vector256.Narrow(Vector256.LoadUnsafe(ref source, (nuint)i),
                    Vector256.LoadUnsafe(ref source, (nuint)(i + Vector256<double>.Count)));
                singles.AsByte().StoreUnsafe(ref target, (nuint)i * sizeof(float));
            }
        }

        for (; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(payload[(4 * i)..], (float)values[i]);
    }

    private static double BFloat16ToDouble(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << SignificandBitsDropped);

    // Rounding to float first and to bfloat16 after would round twice. Rounding to odd first is safe: the float keeps 16 bits more than the
    // bfloat16, and its lowest bit says that something was cut off, so no value can look like a tie that is none.
    private static ushort DoubleToBFloat16(double value)
    {
        var single = (float)value;
        var bits = BitConverter.SingleToUInt32Bits(single);
        if (double.IsNaN(value))
            return (ushort)((bits >> SignificandBitsDropped) | 0x0040);
        if (single != value)
        {
            if (Math.Abs((double)single) > Math.Abs(value))
                bits--;
            bits |= 1;
        }

        var lowestKeptBit = (bits >> SignificandBitsDropped) & 1;
        return (ushort)((bits + 0x7FFF + lowestKeptBit) >> SignificandBitsDropped);
    }

    private static void RequireLength(ElementType type, int payloadLength, int valueCount)
    {
        if (!type.IsFloatingPoint())
            throw new ArgumentException($"Elements of type {type} cannot be converted to or from doubles.", nameof(type));
        if (payloadLength != (long)valueCount * type.BitsPerElement() / 8)
            throw new ArgumentException($"{payloadLength} bytes are not {valueCount} elements of type {type}.", nameof(payloadLength));
    }
}
