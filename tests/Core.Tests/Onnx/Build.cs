using System.Buffers.Binary;
using System.Globalization;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Onnx;

/// <summary>Small models, made with the generated protobuf types and so independent of the scanner under test.</summary>
internal static class Build
{
    public static ModelProto Model(params TensorProto[] initializers) => Model(new GraphProto { Name = "main", Initializer = { initializers } });

    public static ModelProto Model(GraphProto graph) =>
        new() { IrVersion = 8, ProducerName = "tests", Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };

    public static GraphProto Graph(params TensorProto[] initializers) => new() { Initializer = { initializers } };

    public static NodeProto Node(string type, string name, string output, params AttributeProto[] attributes) =>
        new() { OpType = type, Name = name, Output = { output }, Attribute = { attributes } };

    public static TensorProto Tensor(string name, ElementType type, params long[] shape) =>
        new() { Name = name, DataType = (int)type, Dims = { shape } };

    /// <summary>An input or output; −1 is an open axis.</summary>
    public static ValueInfoProto Value(string name, ElementType type, params IEnumerable<long> shape)
    {
        var value = ValueOfAnyShape(name, type);
        value.Type.TensorType.Shape = new TensorShapeProto
        {
            Dim = { shape.Select(length => length < 0
            ? new TensorShapeProto.Types.Dimension { DimParam = "n" } : new() { DimValue = length }) }
        };
        return value;
    }

    /// <summary>An input or output without a word on its shape.</summary>
    public static ValueInfoProto ValueOfAnyShape(string name, ElementType type) =>
        new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type } } };

    public static TensorProto Raw(string name, params float[] values)
    {
        var tensor = Tensor(name, ElementType.Float, values.Length);
        tensor.RawData = ByteString.CopyFrom(Bytes(values));
        return tensor;
    }

    /// <summary>Values that differ between any two places and seeds, 65,536 at most, without the order of a computed table.</summary>
    public static float[] Values(int count, float seed = 0) =>
        [.. Enumerable.Range(0, count).Select(i => (i * 40503) & 0xFFFF).Select(bits => seed + ((bits ^ (bits >> 8)) / 8f) - 3)];

    public static byte[] Bytes(params float[] values)
    {
        var bytes = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * i), BitConverter.SingleToInt32Bits(values[i]));
        return bytes;
    }

    public static TensorProto External(string name, ElementType type, string? location, string? offset, string? length, params long[] shape)
    {
        var tensor = Tensor(name, type, shape);
        tensor.DataLocation = 1;
        foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
        {
            if (value is not null)
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return tensor;
    }

    public static TensorProto External(string name, string location, long offset, long elements) => External(
        name, ElementType.Float, location, offset.ToString(CultureInfo.InvariantCulture), (4 * elements).ToString(CultureInfo.InvariantCulture),
            elements);
}
