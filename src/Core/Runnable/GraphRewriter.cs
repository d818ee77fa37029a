using System.Buffers.Binary;
using CompressTasks.Artifacts;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runnable.Patterns;

namespace CompressTasks.Runnable;

/// <summary>Makes a model of which some weights are integers or float16.</summary>
/// <param name="model">The original.</param>
/// <param name="graph">Its graph.</param>
/// <param name="rewriting">What is to be done.</param>
/// <param name="rounding">Makes the weights.</param>
internal sealed class GraphRewriter(OnnxModel model, GraphIndex graph, Rewriting rewriting, WeightRounding rounding)
{
    private const int BiasInput = 2;

    private readonly GraphIndex _graph = graph.Folded(rewriting.Folded);

    /// <summary>The part of the graph between static layers; null when there are none.</summary>
    public QuantizedRegion? Region { get; } = RegionOf(graph.Folded(rewriting.Folded), rewriting);

    /// <summary>Writes the model.</summary>
    /// <param name="path">The file, which is not there yet; external data goes beside it.</param>
    /// <param name="rangeOf">The ranges that <see cref="Region"/> asks for.</param>
    /// <param name="mostInOneFile">With more bytes, external data stays external.</param>
    /// <returns>The names of the tensors that are new.</returns>
    public IReadOnlySet<string> Write(string path, Func<string, ActivationRange> rangeOf, long mostInOneFile = RewrittenModel.MostInOneFile)
    {
        var parts = model.ReadParts();
        var edits = new GraphEdits(_graph, index => NodeProto.Parser.ParseFrom(model.ReadField(parts.Nodes[index].Field)),
            rounding.Equalization);
        foreach (var weight in rewriting.Weights)
        {
            edits.Replace(weight.Constant, weight.IsShared ? [] : rounding.Of(weight).Tensors);
            foreach (var index in weight.Uses?.Passing ?? [])
                edits.Remove(index);
        }

        foreach (var weight in rewriting.Weights)
            Rewrite(weight, edits);
        rewriting.Half?.Rewrite(edits);
        var removed = rewriting.Weights.Select(weight => weight.Weight.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var (layer, behind) in rewriting.Folded)
        {
            Fold(layer, behind, edits);
            removed.UnionWith(behind.Constants);
        }

        if (Region is { } region)
        {
            if (graph.Opset is >= OpsetRaise.From and < OpsetRaise.To)
                OpsetRaise.Rewrite(edits);
            region.Rewrite(rangeOf, edits);
            foreach (var weight in rewriting.Weights)
            {
                foreach (var (use, pattern) in (weight.Uses?.Layers ?? []).Zip(weight.Patterns).Where(pair => pair.Second is StaticLayer))
                    QuantizeBias(weight, use, region.RangeFrom(rangeOf, use.Activation), edits);
            }
        }

        RewrittenModel.Write(model, edits, removed, path, mostInOneFile);
        return edits.Tensors.Concat(edits.Initializers.Values.SelectMany(tensors => tensors)).Select(tensor => tensor.Name)
            .ToHashSet(StringComparer.Ordinal);
    }

    private static QuantizedRegion? RegionOf(GraphIndex graph, Rewriting rewriting)
    {
        var layers = rewriting.Weights.SelectMany(weight => weight.Patterns.Select((pattern, i) => (pattern, weight.Uses!.Layers[i])))
            .Where(pair => pair.pattern is StaticLayer).Select(pair => pair.Item2).ToList();
        return layers.Count == 0 ? null : new(graph, layers);
    }

    /// <summary>
    /// Sums of products have the scales of both factors. From opset 13 on ONNX Runtime quantizes a bias so itself; before, what it puts there is an
    /// operator that the opset has not.
    /// </summary>
    private void QuantizeBias(RewrittenWeight weight, LayerUse use, ActivationRange range, GraphEdits edits)
    {
        if (graph.Opset >= StaticLayer.FirstPerChannel || (weight.Behind?.Offsets ?? Bias(use)) is not { } values
            || rounding.Of(weight).Scales is not { } ofWeight || values.Count != ofWeight.Count)
            return;
        float[] scales = [.. ofWeight.Select(scale => range.Scale * scale)];
        var integers = new byte[scales.Length * sizeof(int)];
        for (var i = 0; i < scales.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(integers.AsSpan(i * sizeof(int)),
                (int)Math.Clamp(Math.Round(values[i] / scales[i]), int.MinValue, int.MaxValue));
        var (quantized, scale, real) = (edits.Unique($"{use.Output}_bias_quantized"), edits.Unique($"{use.Output}_bias_scale"),
            edits.Unique($"{use.Output}_bias"));
        edits.Add(WeightStore.Tensor(quantized, ElementType.Int32, [scales.Length], integers));
        edits.Add(WeightStore.Tensor(scale, ElementType.Float, [scales.Length], WeightStore.Bytes(scales)));
        edits.AddBehind(quantized, edits.MicrosoftNode("DequantizeLinear", [quantized, scale], [real], ("axis", 0)));
        SetBias(use.Index, real, edits);
    }

    private double[]? Bias(LayerUse use)
    {
        if (use.Node.Input.Count <= BiasInput || graph.ConstantOf(use.Node.Input[BiasInput]) is null
            || model.Weights.FirstOrDefault(other => other.Path == use.Node.Input[BiasInput]) is not { ElementType: ElementType.Float } bias)
            return null;
        var values = new double[bias.Elements];
        model.ReadValues(bias, values);
        return values;
    }

    private static void SetBias(int layer, string bias, GraphEdits edits)
    {
        var inputs = edits.Change(layer).Input;
        if (inputs.Count > BiasInput)
            inputs[BiasInput] = bias;
        else
            inputs.Add(bias);
    }

    /// <summary>Puts what is behind a layer into its bias; its scales have it already.</summary>
    private void Fold(int layer, ChannelAffine behind, GraphEdits edits)
    {
        edits.Change(layer).Output[0] = behind.End;
        foreach (var index in behind.Nodes)
            edits.Remove(index);
        foreach (var constant in behind.Constants)
            edits.Replace(graph.ConstantOf(constant)!, []);
        var bias = edits.Unique($"{behind.End}_offset");
        edits.Add(WeightStore.Tensor(bias, ElementType.Float, [behind.Offsets.Count],
            WeightStore.Bytes([.. behind.Offsets.Select(offset => (float)offset)])));
        SetBias(layer, bias, edits);
    }

    private void Rewrite(RewrittenWeight weight, GraphEdits edits)
    {
        const int toFloat = 1;
        if (weight.Stored.Store is WeightStore.Float16 && rewriting.Half is null)
            edits.AddFirst(GraphEdits.Node("Cast", [StandIn.Float16Name(weight.Stored.Name)], [weight.Weight.Path], ("to", toFloat)));
        foreach (var (index, pattern) in weight.Patterns.Index())
            pattern.Rewrite(weight.Uses!.Layers[index], weight.Stored, edits);
    }
}
