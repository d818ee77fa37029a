using System.Buffers.Binary;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>The elements that a tensor keeps in one of its typed fields, packed in one piece, packed in several, or one field for each.</summary>
/// <param name="StoredBytes">Bytes of the values without tags and lengths.</param>
/// <param name="Elements">Numbers found; meaningful for float_data, double_data and int32_data.</param>
/// <param name="Start">Where the values begin.</param>
/// <param name="IsPackedOnce">Whether the values lie in one piece.</param>
internal readonly record struct TensorData(long StoredBytes, long Elements, int Start, bool IsPackedOnce)
{
    private const int UInt16Length = sizeof(ushort);

    /// <summary>The typed field that ONNX keeps elements of this type in; 0 when there is none.</summary>
    public static int FieldOf(ElementType type) => type switch
    {
        ElementType.Float or ElementType.Complex64 => FieldNumbers.Tensor.FloatData,
        ElementType.Double or ElementType.Complex128 => FieldNumbers.Tensor.DoubleData,
        ElementType.Int64 => FieldNumbers.Tensor.Int64Data,
        ElementType.UInt32 or ElementType.UInt64 => FieldNumbers.Tensor.Uint64Data,
        ElementType.String => FieldNumbers.Tensor.StringData,
        ElementType.Undefined => 0,
        _ => FieldNumbers.Tensor.Int32Data,
    };

    /// <summary>Measures a typed field without reading the values.</summary>
    /// <exception cref="Diagnostics.CompressException">A packed varint is cut off.</exception>
    public static TensorData Measure(OpenedFile file, WireMessage tensor, int fieldNumber)
    {
        var data = default(TensorData);
        var pieces = 0;
        var unpacked = false;
        var reader = new WireReader(file.Path, file.Bytes, tensor);
        while (reader.TryRead(out var field))
        {
            if (!Holds(field, fieldNumber))
                continue;
            pieces++;
            unpacked |= !field.IsLengthDelimited;
            data = new TensorData(data.StoredBytes + field.Length, data.Elements + CountElements(file, field), field.Start, pieces == 1 && !unpacked);
        }

        return data;
    }

    /// <summary>Gathers float_data, double_data, or the low 16 bits of every int32_data value into a little-endian payload.</summary>
    public static void Decode(OpenedFile file, WireMessage tensor, int fieldNumber, Span<byte> payload)
    {
        var reader = new WireReader(file.Path, file.Bytes, tensor);
        while (reader.TryRead(out var field))
        {
            if (!Holds(field, fieldNumber))
                continue;
            if (fieldNumber == FieldNumbers.Tensor.Int32Data)
            {
                payload = DecodeVarints(file.Slice(field.Start, field.Length), payload);
                continue;
            }

            file.Read(field.Start, payload[..field.Length]);
            payload = payload[field.Length..];
        }
    }

    /// <summary>
    /// Whether a field is one that a parser would read <paramref name="fieldNumber"/> from; another wire type makes it an unknown field.
    /// </summary>
    public static bool Holds(in WireField field, int fieldNumber) =>
        field.Number == fieldNumber && (field.IsLengthDelimited || field.Type == (fieldNumber switch
        {
            FieldNumbers.Tensor.FloatData => WireType.Fixed32,
            FieldNumbers.Tensor.DoubleData => WireType.Fixed64,
            FieldNumbers.Tensor.StringData or FieldNumbers.Tensor.RawData => WireType.LengthDelimited,
            _ => WireType.Varint,
        }));

    private static long CountElements(OpenedFile file, in WireField field)
    {
        switch (field.Number)
        {
            case FieldNumbers.Tensor.FloatData:
                return field.Length / sizeof(float);
            case FieldNumbers.Tensor.DoubleData:
                return field.Length / sizeof(double);
            case FieldNumbers.Tensor.Int32Data:
                var values = file.Slice(field.Start, field.Length);
                if (values is [.., >= 0x80])
                    throw ModelDiagnostics.Malformed(file.Path, field.TagOffset, "the last number of a packed field is cut off");
                return CountVarints(values);
            default:
                return 0;
        }
    }

    private static long CountVarints(ReadOnlySpan<byte> values)
    {
        var count = 0L;
        foreach (var value in values)
            count += value < 0x80 ? 1 : 0;
        return count;
    }

    private static Span<byte> DecodeVarints(ReadOnlySpan<byte> values, Span<byte> payload)
    {
        var bits = 0U;
        var shift = 0;
        foreach (var next in values)
        {
            // Only 16 bits count, and the three low groups of seven hold them.
            if (shift <= 14)
                bits |= (next & 0x7FU) << shift;
            shift += 7;
            if (next >= 0x80)
                continue;
            BinaryPrimitives.WriteUInt16LittleEndian(payload, (ushort)bits);
            payload = payload[UInt16Length..];
            bits = 0;
            shift = 0;
        }

        return payload;
    }
}
