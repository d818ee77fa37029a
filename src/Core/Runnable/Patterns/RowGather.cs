using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Runnable.Patterns;

/// <summary>An embedding: integers and the scale of each row are looked up, and multiplied.</summary>
internal sealed class RowGather : ILayerPattern
{
    /// <summary>From this version on Mul repeats the shorter operand.</summary>
    private const int FirstOpset = 7;

    public string Name => "Gather";

    public bool IsFor(LayerUse use, IntegerSpec options) => use.Node.StandardOperator() == "Gather";

    public string? Hindrance(LayerUse use, IReadOnlyList<long> shape, GraphIndex graph) =>
        use.Input != 0 || shape.Count != 2 || use.IsTransposed || use.Number("axis", 0) is not (0 or -2) ? "no rows of a matrix are looked up"
            : graph.Opset < FirstOpset ? $"opset {graph.Opset} is too old; export the model with opset {FirstOpset} or later"
            : null;

    public WeightStore Store(LayerUse use, IReadOnlyList<long> shape, IntegerSpec options) =>
        new WeightStore.PerChannel(ChannelLayout.First(shape), new(shape[0], 1), options.Bits);

    public void Rewrite(LayerUse use, StoredWeight weight, GraphEdits edits)
    {
        const int toFloat = 1;
        var (row, real, scale) =
            (edits.Unique($"{use.Output}_integers"), edits.Unique($"{use.Output}_sum"), edits.Unique($"{use.Output}_scale"));
        var indices = use.Node.Input[1];
        edits.Replace(use.Index,
            GraphEdits.Node("Gather", [weight.Integers, indices], [row]),
            GraphEdits.Node("Gather", [weight.Scale, indices], [scale]),
            GraphEdits.Node("Cast", [row], [real], ("to", toFloat)),
            GraphEdits.Node("Mul", [real, scale], [use.Output]));
    }
}
