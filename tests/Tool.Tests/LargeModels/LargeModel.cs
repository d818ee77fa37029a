using System.Globalization;
using System.Runtime.InteropServices;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Tool.Tests.LargeModels;

/// <summary>
/// An embedding, a third of the model, and four blocks x + max(x · up, 0) · down, with weights from a seed, in one file of external data. The offsets
/// are multiples of four and of nothing larger.
/// </summary>
internal static class LargeModel
{
    public const string Data = "model.onnx.data";

    private const int Width = 1024;
    private const int Blocks = 4;
    private const int Gap = 12;
    private const int WrittenAtOnce = 1 << 20;

    /// <summary>Writes <c>model.onnx</c> and its data.</summary>
    /// <returns>Bytes of each weight.</returns>
    public static IReadOnlyList<long> Write(string folder, int mebibytes)
    {
        var rows = (mebibytes << 8) / 3;
        var hidden = rows / Blocks;
        using var data = File.Create(Path.Combine(folder, Data));
        var graph = new GraphProto
        {
            Name = "large",
            Input = { Value("ids", ElementType.Int64, 1, 4) },
            Output = { Value("y", ElementType.Float, 1, 4, Width) },
            Initializer = { Weight(data, "embedding", rows, Width, 1) },
            Node = { Node("Gather", "x0", "embedding", "ids") },
        };
        for (var block = 0; block < Blocks; block++)
        {
            graph.Initializer.Add(Weight(data, $"up{block}", Width, hidden, 1 / Math.Sqrt(Width)));
            graph.Initializer.Add(Weight(data, $"down{block}", hidden, Width, 1 / Math.Sqrt(hidden)));
            graph.Node.Add(Node("MatMul", $"h{block}", $"x{block}", $"up{block}"));
            graph.Node.Add(Node("Relu", $"a{block}", $"h{block}"));
            graph.Node.Add(Node("MatMul", $"d{block}", $"a{block}", $"down{block}"));
            graph.Node.Add(Node("Add", block == Blocks - 1 ? "y" : $"x{block + 1}", $"x{block}", $"d{block}"));
        }

        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), model.ToByteArray());
        return [4L * rows * Width, .. Enumerable.Repeat(4L * hidden * Width, 2 * Blocks)];
    }

    private static TensorProto Weight(FileStream data, string name, int rows, int columns, double scale)
    {
        data.Position += Gap;
        var tensor = new TensorProto { Name = name, DataType = (int)ElementType.Float, Dims = { rows, columns }, DataLocation = 1 };
        foreach (var (key, value) in new[] { ("location", Data), ("offset", Text(data.Position)), ("length", Text(4L * rows * columns)) })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        var values = new float[WrittenAtOnce];
        var state = (ulong)data.Position;
        for (var rest = (long)rows * columns; rest > 0; rest -= values.Length)
        {
            var part = values.AsSpan(0, (int)Math.Min(values.Length, rest));
            foreach (ref var value in part)
                value = (float)(scale * BellCurve(Next(ref state)));
            data.Write(MemoryMarshal.AsBytes(part));
        }

        return tensor;
    }

    /// <summary>The SplitMix64 generator (Steele, Lea, Flood, 2014).</summary>
    private static ulong Next(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The sum of four uniform numbers: mean 0, variance 1, nearly normal.</summary>
    private static double BellCurve(ulong bits)
    {
        var sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
        return (sum - (2.0 * 0xFFFF)) / 0xFFFF * Math.Sqrt(3);
    }

    private static NodeProto Node(string type, string output, params string[] inputs) =>
        new() { OpType = type, Name = output, Input = { inputs }, Output = { output } };

    private static ValueInfoProto Value(string name, ElementType type, params int[] shape)
    {
        var dimensions = new TensorShapeProto { Dim = { shape.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length }) } };
        return new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } } };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
