using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;

namespace CompressTasks.Runnable.Patterns;

/// <summary>
/// MatMul and Gemm: inputs are quantized with a range that each run measures, products are summed in 32-bit integers. ONNX Runtime makes
/// DynamicQuantizeMatMul or MatMulIntegerToFloat of it.
/// </summary>
/// <param name="activations">
/// Dynamic: one range for all inputs. PerToken: each row is divided by its largest magnitude first and the products multiplied by it (token-wise
/// quantization: ZeroQuant, Yao and others, 2022, section 3.1). Residual: what is lost of the inputs is quantized as well, and multiplied once more.
/// </param>
internal sealed class DynamicMatMul(ActivationQuantization activations) : ILayerPattern
{
    /// <summary>From this version on there is DynamicQuantizeLinear.</summary>
    private const int FirstOpset = 11;

    /// <summary>As many products of 255 and 127 fit into 32 bits.</summary>
    private const int MostInputs = int.MaxValue / (255 * 127);

    public string Name => activations switch
    {
        ActivationQuantization.PerToken => "MatMulInteger per token",
        ActivationQuantization.Residual => "MatMulInteger of residuals too",
        _ => "MatMulInteger",
    };

    /// <summary>How the inputs are quantized.</summary>
    public ActivationQuantization Activations => activations;

    public bool IsFor(LayerUse use, IntegerSpec options) =>
        options.Activations == activations && use.Node.StandardOperator() is "MatMul" or "Gemm";

    public string? Hindrance(LayerUse use, IReadOnlyList<long> shape, GraphIndex graph)
    {
        var layer = MatrixLayer.Of(use);
        return MatrixLayer.Hindrance(use)
            ?? (shape.Count < 2 ? "a vector is no matrix"
                : layer.Layout(shape).Reduced > MostInputs ? "the layer has too many inputs to sum up in 32 bits"
                : graph.IsConstant(use.Activation) ? "both factors are constant"
                : (shape.Count > 2 || !layer.IsWeightRight) && !(graph.RankOf(use.Activation) >= 2)
                    ? "its other factor is a vector, or the model does not say that it is none"
                : graph.Opset < FirstOpset && (shape.Count > 2 || !layer.IsWeightRight || activations != ActivationQuantization.Dynamic)
                    ? $"opset {graph.Opset} has no DynamicQuantizeLinear; export the model with opset {FirstOpset} or later"
                : null);
    }

    public WeightStore Store(LayerUse use, IReadOnlyList<long> shape, IntegerSpec options)
    {
        var layer = MatrixLayer.Of(use);
        var layout = layer.Layout(shape);
        if (shape.Count == 2 && layer.IsWeightRight)
            return new WeightStore.PerChannel(layout, new(layout.Channels), options.Bits);
        var scale = shape.ToArray();
        scale[layer.IsWeightRight ? ^2 : ^1] = 1;
        return new WeightStore.PerChannel(layout, new(scale), options.Bits);
    }

    public void Rewrite(LayerUse use, StoredWeight weight, GraphEdits edits)
    {
        var layer = MatrixLayer.Of(use);
        var product = layer.Bias is null ? use.Output : edits.Unique($"{use.Output}_product");
        var integers = weight.IntegersFor(layer.IsTransposed, edits);
        var scale = layer.IsWeightRight ? weight.ScaleVector(edits) : weight.Scale;
        var equalized = edits.Equalization.FactorsOf(weight.Name, activations) is { } factors
            ? edits.Equalize(use.Activation, factors, activations) : null;
        IEnumerable<NodeProto> nodes = edits.Graph.Opset < FirstOpset
            ? [edits.MicrosoftNode("DynamicQuantizeMatMul", [equalized ?? use.Activation, integers, scale], [product])]
            : activations == ActivationQuantization.Residual ? Twice(use, layer, equalized, integers, scale, product, edits)
            : activations == ActivationQuantization.PerToken ? OfTokens(use, layer, equalized, integers, scale, product, edits)
            : Standard(use, layer, edits.QuantizeDynamically(use.Activation, equalized), integers, scale, product, edits);
        edits.Replace(use.Index, layer.Bias is { } bias ? nodes.Append(GraphEdits.Node("Add", [product, bias], [use.Output])) : nodes);
    }

    /// <summary>The product of what was quantized, and that of what was lost by it.</summary>
    private static IEnumerable<NodeProto> Twice(LayerUse use, MatrixLayer layer, string? equalized, string integers, string weightScale,
        string product, GraphEdits edits)
    {
        var (first, second) = (edits.Unique($"{product}_of_integers"), edits.Unique($"{product}_of_residuals"));
        return
        [
            .. Standard(use, layer, edits.QuantizeDynamically(use.Activation, equalized), integers, weightScale, first, edits),
            .. Standard(use, layer, edits.QuantizeResidual(use.Activation, equalized), integers, weightScale, second, edits),
            GraphEdits.Node("Add", [first, second], [product]),
        ];
    }

    /// <summary>A right factor meets rows of the inputs, a left one columns.</summary>
    private static IEnumerable<NodeProto> OfTokens(LayerUse use, MatrixLayer layer, string? equalized, string integers, string weightScale,
        string product, GraphEdits edits)
    {
        var (tokens, largest) = edits.Normalize(use.Activation, equalized, layer.IsWeightRight ? -1 : -2);
        var ofTokens = edits.Unique($"{product}_of_tokens");
        return
        [
            .. Standard(use, layer, edits.QuantizeDynamically(use.Activation, tokens), integers, weightScale, ofTokens, edits),
            GraphEdits.Node("Mul", [ofTokens, largest], [product]),
        ];
    }

    private static NodeProto[] Standard(LayerUse use, MatrixLayer layer, (string Integers, string Scale, string ZeroPoint) activation,
        string integers, string weightScale, string product, GraphEdits edits)
    {
        const int toFloat = 1;
        var sum = edits.Unique($"{use.Output}_integers");
        var real = edits.Unique($"{use.Output}_sum");
        var scale = edits.Unique($"{use.Output}_scale");
        var cast = GraphEdits.Node("Cast", [sum], [real], ("to", toFloat));
        return layer.IsWeightRight
            ?
            [
                GraphEdits.Node("MatMulInteger", [activation.Integers, integers, activation.ZeroPoint], [sum]),
                cast,
                GraphEdits.Node("Mul", [activation.Scale, weightScale], [scale]),
                GraphEdits.Node("Mul", [real, scale], [product]),
            ]
            :
            [
                // The scales one after the other: of their product ONNX Runtime would make an operator that it has not for such integers.
                GraphEdits.Node("MatMulInteger", [integers, activation.Integers, "", activation.ZeroPoint], [sum]),
                cast,
                GraphEdits.Node("Mul", [real, weightScale], [scale]),
                GraphEdits.Node("Mul", [scale, activation.Scale], [product]),
            ];
    }
}
