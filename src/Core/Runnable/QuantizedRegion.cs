using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runnable;

/// <summary>
/// The part of a graph that computes with 8-bit integers: static layers and what lies between them. A value is quantized where it is made if all that
/// use it may see it so, and else for the layers alone.
/// </summary>
internal sealed class QuantizedRegion
{
    /// <summary>Operators through which ONNX Runtime moves a DequantizeLinear.</summary>
    private static readonly HashSet<string?> _moving =
        ["MaxPool", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Slice", "Flatten", "Expand", "Identity", "Dropout"];

    private readonly GraphIndex _graph;
    private readonly Dictionary<int, string> _layers;
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sameRange = new(StringComparer.Ordinal);
    private readonly List<string> _given = [];

    /// <param name="graph">The graph.</param>
    /// <param name="layers">The static layers.</param>
    public QuantizedRegion(GraphIndex graph, IEnumerable<LayerUse> layers)
    {
        _graph = graph;
        _layers = layers.DistinctBy(use => use.Index).ToDictionary(use => use.Index, use => use.Activation);
        foreach (var (index, node) in graph.Graph.Node.Index())
        {
            if (_layers.ContainsKey(index))
            {
                // A convolution is fused only if its output is quantized; a matrix product is also without.
                if (node.OpType == "Conv" || IsForRegionAlone(Ending(node)))
                    _made.Add(Ending(node));
            }
            else if (IsBetween(node))
            {
                _made.Add(Ending(node));
                if (node.OpType == "MaxPool")
                    _sameRange[Ending(node)] = node.Input[0];
            }
        }

        _given.AddRange(_layers.OrderBy(layer => layer.Key).Select(layer => layer.Value).Distinct().Where(value => !_made.Contains(value)));
    }

    /// <summary>The values whose ranges have to be known.</summary>
    public IReadOnlyList<string> Measured => [.. _given.Concat(_made).Where(value => !_sameRange.ContainsKey(value))];

    /// <summary>Puts QuantizeLinear and DequantizeLinear where values become integers.</summary>
    /// <param name="rangeOf">The range of a value.</param>
    /// <param name="edits">Takes the nodes.</param>
    public void Rewrite(Func<string, ActivationRange> rangeOf, GraphEdits edits)
    {
        var dequantized = _given.ToDictionary(value => value, value => edits.Unique($"{value}_dequantized"), StringComparer.Ordinal);
        foreach (var value in _given)
            edits.AddBehind(value, Pair(value, value, dequantized[value]));
        foreach (var (index, value) in _layers.Where(layer => dequantized.ContainsKey(layer.Value)))
            edits.Change(index).Input[0] = dequantized[value];
        foreach (var value in _made.OrderBy(value => _graph.IndexOfProducer(value)))
        {
            var maker = edits.Change(_graph.IndexOfProducer(value)!.Value);
            var real = edits.Unique($"{value}_real");
            maker.Output[maker.Output.IndexOf(value)] = real;
            edits.AddBehind(value, Pair(value, real, value));
        }

        KeepFloatLayers(edits);

        NodeProto[] Pair(string value, string from, string to)
        {
            var (scale, zeroPoint, integers) =
                (edits.Unique($"{value}_scale"), edits.Unique($"{value}_zero_point"), edits.Unique($"{value}_quantized"));
            foreach (var tensor in RangeFrom(rangeOf, value).Tensors(scale, zeroPoint))
                edits.Add(tensor);
            return
            [
                GraphEdits.Node("QuantizeLinear", [from, scale, zeroPoint], [integers]),
                GraphEdits.Node("DequantizeLinear", [integers, scale, zeroPoint], [to]),
            ];
        }
    }

    /// <summary>
    /// Of a layer in float that takes a dequantized value, ONNX Runtime rounds the weight itself, with one scale for all of it (its
    /// WeightBiasQuantization), and before opset 11 with an operator that the opset has not. A Clip without limits in front of the layer stops it.
    /// </summary>
    private void KeepFloatLayers(GraphEdits edits)
    {
        var clipped = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, node) in _graph.Graph.Node.Index())
        {
            if (_layers.ContainsKey(index) || !IsRoundedByRuntime(node) || !ComesFromIntegers(node.Input[0])
                || (edits.Nodes.TryGetValue(index, out var edit) && edit.Replacement is not null))
                continue;
            var value = node.Input[0];
            if (!clipped.TryGetValue(value, out var output))
            {
                clipped[value] = output = edits.Unique($"{value}_float");
                edits.AddBehind(value, GraphEdits.Node("Clip", [value], [output]));
            }

            edits.Change(index).Input[0] = output;
        }
    }

    private bool IsRoundedByRuntime(NodeProto node) =>
        node.StandardOperator() is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" && node.Input.Count > 1 && _graph.ConstantOf(node.Input[1]) is not null;

    /// <summary>Whether it is a value that is dequantized, or one that is moved about behind it, which ONNX Runtime does with integers.</summary>
    private bool ComesFromIntegers(string value)
    {
        while (!_made.Contains(value))
        {
            if (_graph.ProducerOf(value) is not { Input.Count: > 0 } producer || !_moving.Contains(producer.StandardOperator()))
                return false;
            value = producer.Input[0];
        }

        return true;
    }

    /// <summary>The range of a value of the region, which may be that of another.</summary>
    public ActivationRange RangeFrom(Func<string, ActivationRange> rangeOf, string value)
    {
        while (_sameRange.TryGetValue(value, out var other))
            value = other;
        return rangeOf(value);
    }

    /// <summary>What a node gives, behind a Relu or Clip that is done with the rounding.</summary>
    private string Ending(NodeProto node)
    {
        var output = node.Output[0];
        return !_graph.IsSeenElsewhere(output) && _graph.UsesOf(output) is [{ Node: var only, Input: 0 }]
            && only.StandardOperator() is "Relu" or "Clip" ? only.Output[0] : output;
    }

    /// <summary>Whether it takes integers and gives integers to others.</summary>
    private bool IsBetween(NodeProto node) =>
        node.StandardOperator() is "Add" or "Concat" or "MaxPool" or "AveragePool" or "GlobalAveragePool"
        && node.Output.Count(output => output.Length > 0) == 1
        && node.Input.All(_made.Contains)
        && _graph.UsesOf(Ending(node)).Any(use => _layers.ContainsKey(use.Index)
            || use.Node.StandardOperator() is "Add" or "Concat" or "MaxPool" or "AveragePool" or "GlobalAveragePool");

    private bool IsForRegionAlone(string value) =>
        !_graph.IsSeenElsewhere(value) && _graph.UsesOf(value) is { Count: > 0 } uses
        && uses.All(use => _layers.TryGetValue(use.Index, out var activation) && use.Input == 0 && activation == value);
}
