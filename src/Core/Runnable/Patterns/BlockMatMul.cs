using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Runnable.Patterns;

/// <summary>MatMul and Gemm with activations in float: MatMulNBits of com.microsoft, which is fast where there are few rows.</summary>
internal sealed class BlockMatMul : ILayerPattern
{
    /// <summary>Its kernel quantizes the inputs of a layer to 8 bits itself, block by block.</summary>
    private const int AccuracyInt8 = 4;

    public string Name => "MatMulNBits";

    public bool IsFor(LayerUse use, IntegerSpec options) =>
        options.Activations == ActivationQuantization.None && use.Node.StandardOperator() is "MatMul" or "Gemm";

    public string? Hindrance(LayerUse use, IReadOnlyList<long> shape, GraphIndex graph) =>
        MatrixLayer.Hindrance(use)
            ?? (shape.Count != 2 ? "the weight is no matrix"
                : !MatrixLayer.Of(use).IsWeightRight ? "the weight is the left factor"
                : graph.ConstantOf(use.Activation) is not null ? "both factors are constant"
                : null);

    public WeightStore Store(LayerUse use, IReadOnlyList<long> shape, IntegerSpec options)
    {
        var isTransposed = MatrixLayer.Of(use).IsTransposed;
        return new WeightStore.Blocks((int)shape[isTransposed ? 1 : 0], (int)shape[isTransposed ? 0 : 1], isTransposed, options.Bits, options.Block);
    }

    public void Rewrite(LayerUse use, StoredWeight weight, GraphEdits edits)
    {
        var (layer, store) = (MatrixLayer.Of(use), (WeightStore.Blocks)weight.Store);
        var product = layer.Bias is null ? use.Output : edits.Unique($"{use.Output}_product");
        string[] zeroPoints = edits.Makes(weight.ZeroPoints) ? [weight.ZeroPoints] : [];
        var node = edits.MicrosoftNode("MatMulNBits", [use.Activation, weight.Integers, weight.Scale, .. zeroPoints], [product], ("K", store.K),
            ("N", store.N), ("bits", store.Bits), ("block_size", store.Length), ("accuracy_level", AccuracyInt8));
        if (layer.Bias is { } bias)
            edits.Replace(use.Index, node, GraphEdits.Node("Add", [product, bias], [use.Output]));
        else
            edits.Replace(use.Index, node);
    }
}
