using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runnable;

/// <summary>
/// What nodes behind a convolution do to each of its channels: factor · x + offset. Normalization with known statistics does so, and products and
/// sums with constants. The layer does it with its scales and its bias: ONNX Runtime, which does as much in float, does not with integers.
/// </summary>
/// <param name="End">The value behind the last of the nodes.</param>
/// <param name="Nodes">Their indices.</param>
/// <param name="Constants">What nothing but they and the layer's bias use.</param>
/// <param name="Factors">Of each channel; none is zero.</param>
/// <param name="Offsets">Of each channel, with the layer's bias.</param>
internal sealed record ChannelAffine(
    string End, IReadOnlyList<int> Nodes, IReadOnlyList<string> Constants, IReadOnlyList<double> Factors, IReadOnlyList<double> Offsets)
{
    /// <summary>From this version on sums and products repeat the shorter operand, and normalization has known statistics.</summary>
    private const int FirstOpset = 7;
    private const int BiasInput = 2;

    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="layer">The convolution.</param>
    /// <param name="channels">Outputs of the layer.</param>
    /// <param name="rank">Axes of its output.</param>
    /// <returns>Null when there is nothing of the kind.</returns>
    public static ChannelAffine? Behind(OnnxModel model, GraphIndex graph, NodeProto layer, int channels, int rank)
    {
        if (graph.Opset < FirstOpset)
            return null;
        var (factors, offsets) = (new double[channels], new double[channels]);
        var (value, nodes, constants) = (layer.Output[0], new List<int>(), new List<string>());
        Array.Fill(factors, 1);
        if (layer.Input.Count > BiasInput && layer.Input[BiasInput] is { Length: > 0 } bias && !Apply(bias, (i, b) => offsets[i] = b, isVector: true))
            return null;
        while (!graph.IsSeenElsewhere(value) && graph.UsesOf(value) is [var use] && IsApplied(use))
        {
            nodes.Add(use.Index);
            value = use.Node.Output[0];
        }

        return nodes.Count > 0 && Array.TrueForAll(factors, factor => float.IsNormal((float)factor)) && Array.TrueForAll(offsets, double.IsFinite)
            ? new(value, nodes, [.. constants.Distinct().Where(IsForThem)], factors, offsets) : null;

        bool IsApplied(ValueUse use) => use.Node.StandardOperator() switch
        {
            "Mul" => Apply(use.Node.Input[1 - use.Input], (i, factor) => (factors[i], offsets[i]) = (factors[i] * factor, offsets[i] * factor)),
            "Add" => Apply(use.Node.Input[1 - use.Input], (i, offset) => offsets[i] += offset),
            "BatchNormalization" => use.Input == 0 && IsNormalized(use.Node),
            _ => false,
        };

        bool IsNormalized(NodeProto node)
        {
            if (node.Output.Skip(1).Any(output => output.Length > 0) || Number(node, "spatial", 1) == 0 || Number(node, "training_mode", 0) != 0
                || node.Input.Skip(1).Select(input => Constant(input, isVector: true)).ToList() is not [{ } scale, { } bias, { } mean, { } variance])
                return false;
            var epsilon = node.Attribute.FirstOrDefault(attribute => attribute.Name == "epsilon")?.F ?? 1e-5f;
            for (var i = 0; i < channels; i++)
            {
                var factor = scale[i] / Math.Sqrt(variance[i] + epsilon);
                (factors[i], offsets[i]) = (factors[i] * factor, ((offsets[i] - mean[i]) * factor) + bias[i]);
            }

            constants.AddRange(node.Input.Skip(1));
            return true;
        }

        bool Apply(string constant, Action<int, double> apply, bool isVector = false)
        {
            if (Constant(constant, isVector) is not { } values)
                return false;
            for (var i = 0; i < channels; i++)
                apply(i, values[i]);
            constants.Add(constant);
            return true;
        }

        // Of a normalization or a bias, a value for each channel; of a sum or product, that or one for all.
        double[]? Constant(string name, bool isVector)
        {
            if (graph.ConstantOf(name) is not { Type: ElementType.Float }
                || model.Weights.FirstOrDefault(weight => weight.Path == name) is not { CanExcise: true } weight
                || !(isVector ? weight.Shape.SequenceEqual([channels]) : IsRepeated(weight.Shape)))
                return null;
            var values = new double[weight.Elements];
            model.ReadValues(weight, values);
            return values.Length == channels ? values : [.. Enumerable.Repeat(values[0], channels)];
        }

        bool IsRepeated(IReadOnlyList<long> shape) =>
            shape.Count <= rank && shape.Index().All(axis => axis.Item == 1 || (axis.Item == channels && shape.Count - axis.Index == rank - 1));

        bool IsForThem(string constant) => !graph.IsSeenElsewhere(constant)
            && graph.UsesOf(constant).All(use => nodes.Contains(use.Index) || use.Node == layer);
    }

    /// <summary>Gives the values of the layer's weight the signs of the factors.</summary>
    public void Orient(ChannelLayout layout, double[] values)
    {
        for (var channel = 0; channel < layout.Channels; channel++)
        {
            for (var k = 0; k < layout.Reduced && Factors[channel] < 0; k++)
                values[layout.IndexOf(channel, k)] *= -1;
        }
    }

    /// <summary>Gives the scales of the layer's weight the sizes of the factors.</summary>
    public void Stretch(Span<float> scales)
    {
        for (var channel = 0; channel < scales.Length; channel++)
            scales[channel] = Math.Max((float)(scales[channel] * Math.Abs(Factors[channel])), float.Epsilon);
    }

    /// <summary>Scales of the weight itself, of those that are stored: signs come back with them.</summary>
    public void Undo(Span<double> scales)
    {
        for (var channel = 0; channel < scales.Length; channel++)
            scales[channel] /= Factors[channel];
    }

    private static long Number(NodeProto node, string name, long otherwise) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? otherwise;
}
