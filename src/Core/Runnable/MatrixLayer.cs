namespace CompressTasks.Runnable;

/// <summary>A MatMul, or a Gemm that is one with a bias, and how it uses its weight.</summary>
/// <param name="Use">The layer.</param>
/// <param name="IsWeightRight">Whether the weight is the right factor.</param>
/// <param name="IsTransposed">Whether the weight comes in transposed.</param>
/// <param name="Bias">What is added; null for nothing.</param>
internal sealed record MatrixLayer(LayerUse Use, bool IsWeightRight, bool IsTransposed, string? Bias)
{
    public static MatrixLayer Of(LayerUse use) => use.Node.OpType == "MatMul"
        ? new(use, use.Input == 1, use.IsTransposed, Bias: null)
        : new(use, use.Input == 1, use.IsTransposed != (use.Number("transB", 0) != 0),
            use.Node.Input.Count > 2 && use.Node.Input[2].Length > 0 ? use.Node.Input[2] : null);

    /// <summary>Why a Gemm is more than a product and a sum; null when it is not.</summary>
    public static string? Hindrance(LayerUse use) =>
        use.Node.OpType != "Gemm" ? null
            : use.Input == 2 ? "it is the bias of a Gemm"
            : use.Input != 1 ? "the weight is the left factor of a Gemm"
            : use.Number("transA", 0) != 0 ? "the other factor of the Gemm is transposed"
            : use.Real("alpha", 1) != 1 || use.Real("beta", 1) != 1 ? "the Gemm has factors alpha or beta"
            : null;

    /// <summary>Which values of the weight share a scale: those that are multiplied with the inputs of an output.</summary>
    public ChannelLayout Layout(IReadOnlyList<long> shape) =>
        ChannelLayout.Along(shape, IsWeightRight != IsTransposed ? shape.Count - 2 : shape.Count - 1);
}
