using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Runnable.Patterns;

/// <summary>
/// Conv, Gemm and MatMul between QuantizeLinear and DequantizeLinear, with ranges of activations that were measured. ONNX Runtime makes QLinearConv,
/// QGemm or MatMulIntegerToFloat of it. What is around the layer is the business of <see cref="QuantizedRegion"/>.
/// </summary>
internal sealed class StaticLayer : ILayerPattern
{
    /// <summary>From this version on there is QLinearConv, which layers are fused to.</summary>
    private const int FirstOpset = 10;

    /// <summary>From this version on DequantizeLinear has scales for each channel; com.microsoft's always has.</summary>
    public const int FirstPerChannel = 13;

    public string Name => "DequantizeLinear";

    public bool IsFor(LayerUse use, IntegerSpec options) =>
        options.Activations == ActivationQuantization.Static && use.Node.StandardOperator() is "Conv" or "Gemm" or "MatMul";

    public string? Hindrance(LayerUse use, IReadOnlyList<long> shape, GraphIndex graph) =>
        Opset(graph) is { } old ? $"{old}; export the model with opset 13 or later"
            : graph.ConstantOf(use.Activation) is not null ? "both factors are constant"
            : use.Input == 2 ? $"it is the bias of a {use.Node.OpType}"
            : use.Input != 1 ? "the weight is the left factor"
            : use.Node.OpType == "Conv" ? (use.IsTransposed || shape.Count is not (3 or 4 or 5) ? "the weight comes in transposed" : null)
            : MatrixLayer.Hindrance(use) ?? (shape.Count == 2 ? null : "the weight is no matrix");

    private static string? Opset(GraphIndex graph) => graph.Opset >= FirstOpset ? null
        : graph.Opset < OpsetRaise.From ? $"opset {graph.Opset} has no QLinearConv"
        : OpsetRaise.Hindrance(graph) is { } hindrance ? $"opset {graph.Opset} has no QLinearConv, and {hindrance}" : null;

    public WeightStore Store(LayerUse use, IReadOnlyList<long> shape, IntegerSpec options)
    {
        var layout = use.Node.OpType == "Conv" ? ChannelLayout.First(shape) : MatrixLayer.Of(use).Layout(shape);
        return new WeightStore.PerChannel(layout, new(layout.Channels), options.Bits);
    }

    public void Rewrite(LayerUse use, StoredWeight weight, GraphEdits edits)
    {
        // QGemm has transB of its own; a Transpose in front of the layer is done with the integers.
        var layout = ((WeightStore.PerChannel)weight.Store).Layout;
        var integers = weight.IntegersFor(use.IsTransposed, edits);
        var axis = (layout.Inner == 1) != use.IsTransposed ? 0 : 1;
        var name = $"{integers}_dequantized";
        if (edits.First.All(node => node.Output[0] != name))
        {
            var zeros = $"{integers}_zero_point";
            edits.Add(WeightStore.Tensor(zeros, ElementType.Int8, [layout.Channels], new byte[layout.Channels]));
            string[] inputs = [integers, weight.ScaleVector(edits), zeros];
            edits.AddFirst(edits.Graph.Opset < FirstPerChannel ? edits.MicrosoftNode("DequantizeLinear", inputs, [name], ("axis", axis))
                : GraphEdits.Node("DequantizeLinear", inputs, [name], ("axis", axis)));
        }

        edits.Change(use.Index).Input[use.Input] = name;
    }
}
