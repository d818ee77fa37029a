using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Outputs.Samples;

/// <summary>Reads a file that holds one ONNX <c>TensorProto</c>.</summary>
internal static class ProtobufTensor
{
    /// <returns>The tensor; its name may be empty.</returns>
    /// <exception cref="InvalidDataException">It is no such file, or the tensor is not whole.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TensorValue Read(string path)
    {
        DiskFile.Require(path);
        using var stream = File.OpenRead(path);
        return Read(stream);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static TensorValue Read(Stream stream)
    {
        try
        {
            return ToValue(TensorProto.Parser.ParseFrom(stream));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException($"it is no TensorProto: {error.Message}", error);
        }
    }

    private static TensorValue ToValue(TensorProto tensor)
    {
        var type = (ElementType)tensor.DataType;
        var bits = type.BitsPerElement();
        if (bits < 8 || (!type.IsFloatingPoint() && !type.IsWholeNumber()))
            throw new InvalidDataException($"its elements are {type.SpecName()}, expected numbers or truth values");
        if (tensor.ExternalData.Count > 0)
            throw new InvalidDataException("its values are in another file, expected them in this one");
        if (tensor.Dims.Any(length => length < 0))
            throw new InvalidDataException($"its shape is [{SampleDiagnostics.Shape(tensor.Dims)}]");
        var bytes = tensor.RawData.Length > 0 ? tensor.RawData.ToByteArray() : Typed(tensor, bits / 8);
        // Bytes, not elements: the product of hostile lengths must not wrap around to a small number.
        if (tensor.Dims.Aggregate((Int128)(bits / 8), (product, length) => length == 0 ? 0 : product > long.MaxValue ? product
            : product * length) != bytes.Length)
            throw new InvalidDataException($"its shape is [{SampleDiagnostics.Shape(tensor.Dims)}], and it has {bytes.Length} bytes of elements");
        return new(tensor.Name, type, [.. tensor.Dims], bytes);
    }

    /// <summary>Elements narrower than their field stand in its low bits.</summary>
    private static byte[] Typed(TensorProto tensor, int width) => (ElementType)tensor.DataType switch
    {
        ElementType.Float => Bytes(tensor.FloatData, width, value => BitConverter.SingleToInt32Bits(value)),
        ElementType.Double => Bytes(tensor.DoubleData, width, BitConverter.DoubleToInt64Bits),
        ElementType.Int64 => Bytes(tensor.Int64Data, width, value => value),
        ElementType.UInt64 or ElementType.UInt32 => Bytes(tensor.Uint64Data, width, value => (long)value),
        _ => Bytes(tensor.Int32Data, width, value => value),
    };

    private static byte[] Bytes<T>(IReadOnlyList<T> values, int width, Func<T, long> bits)
    {
        var bytes = new byte[values.Count * width];
        for (var i = 0; i < values.Count; i++)
            WholeNumbers.Write(bits(values[i]), bytes.AsSpan(i * width, width));
        return bytes;
    }
}
