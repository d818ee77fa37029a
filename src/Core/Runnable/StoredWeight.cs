using CompressTasks.Artifacts;

namespace CompressTasks.Runnable;

/// <summary>A weight of integers in the rewritten graph.</summary>
/// <param name="Name">The weight whose tensors they are.</param>
/// <param name="Shape">The weight's shape.</param>
/// <param name="Store">How it is stored.</param>
internal sealed record StoredWeight(string Name, IReadOnlyList<long> Shape, WeightStore Store)
{
    public string Integers => StandIn.IntegerName(Name);

    public string Scale => StandIn.ScaleName(Name);

    public string ZeroPoints => StandIn.ZeroPointName(Name);

    /// <summary>The integers with the two axes of the matrix exchanged where asked for. ONNX Runtime does it once, when it loads the model.</summary>
    public string IntegersFor(bool isTransposed, GraphEdits edits) =>
        isTransposed ? edits.AddShared(GraphEdits.Node("Transpose", [Integers], [$"{Integers}_transposed"])) : Integers;

    /// <summary>The scales, as a vector where they are stored as a column.</summary>
    public string ScaleVector(GraphEdits edits)
    {
        if (Store is not WeightStore.PerChannel { ScaleShape.Lengths.Length: 2 })
            return Scale;
        var shape = edits.Number($"{Scale}_vector_shape", -1);
        return edits.AddShared(GraphEdits.Node("Reshape", [Scale, shape], [$"{Scale}_vector"]));
    }
}
