using System.Runtime.InteropServices;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Calibration;

/// <summary>
/// How exporters make a recurrent layer's weight of one whose gates come in another order: its rows are sliced, concatenated again, and get an axis
/// for the direction. Every row still meets the same inputs.
/// </summary>
internal sealed class GateOrder
{
    private readonly Dictionary<string, TensorProto> _constants;

    /// <param name="graph">With its small constants.</param>
    public GateOrder(GraphProto graph)
    {
        _constants = graph.Initializer.DistinctBy(tensor => tensor.Name).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (var node in graph.Node.Where(node => node.StandardOperator() == "Constant" && node.Output.Count == 1))
        {
            if (node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T is { } tensor)
                _constants[node.Output[0]] = tensor;
        }
    }

    public static bool IsRecurrent(NodeProto node) => node.StandardOperator() is "LSTM" or "GRU" or "RNN";

    /// <summary>The shape of a matrix, or a part of its rows, behind a node that keeps the inputs of every row.</summary>
    /// <param name="node">Reads the matrix.</param>
    /// <param name="input">At which of its inputs.</param>
    /// <param name="shape">Of the whole matrix, whichever rows are there.</param>
    /// <returns>Null for other nodes.</returns>
    public int[]? Next(NodeProto node, int input, int[] shape) => (node.StandardOperator(), input) switch
    {
        ("Slice", 0) when shape.Length == 2 && SlicesRows(node) => shape,
        ("Concat", _) when shape.Length == 2 && node.Attribute.FirstOrDefault(attribute => attribute.Name == "axis")?.I is 0 or -2 => shape,
        ("Unsqueeze", 0) when shape.Length == 2 && Axes(node, 1) is [0] => [1, .. shape],
        _ => null,
    };

    /// <summary>Without axes, the first ones are meant, as many as there are starts.</summary>
    private bool SlicesRows(NodeProto node)
    {
        var hasAxes = node.Attribute.Any(attribute => attribute.Name == "axes") || (node.Input.Count > 3 && node.Input[3].Length > 0);
        return hasAxes ? Axes(node, 3) is [0] or [-2] : Integers(node, 1, "starts") is [_];
    }

    private long[]? Axes(NodeProto node, int input) => Integers(node, input, "axes");

    /// <summary>An attribute in older opsets, and an input in newer ones.</summary>
    private long[]? Integers(NodeProto node, int input, string attribute)
    {
        if (node.Attribute.FirstOrDefault(given => given.Name == attribute)?.Ints is { } given)
            return [.. given];
        if (node.Input.Count <= input || !_constants.TryGetValue(node.Input[input], out var tensor))
            return null;
        return (ElementType)tensor.DataType switch
        {
            ElementType.Int64 when tensor.RawData.Length > 0 => MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray(),
            ElementType.Int64 => [.. tensor.Int64Data],
            ElementType.Int32 when tensor.RawData.Length > 0 =>
                [.. MemoryMarshal.Cast<byte, int>(tensor.RawData.Span).ToArray().Select(i => (long)i)],
            ElementType.Int32 => [.. tensor.Int32Data.Select(i => (long)i)],
            _ => null,
        };
    }
}
