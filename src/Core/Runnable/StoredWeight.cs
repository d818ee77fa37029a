using System.Buffers.Binary;
using CompressTasks.Artifacts;
using CompressTasks.Numerics;

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
        isTransposed ? edits.AddFirst(GraphEdits.Node("Transpose", [Integers], [$"{Integers}_transposed"])) : Integers;

    /// <summary>The scales, as a vector where they are stored as a column.</summary>
    public string ScaleVector(GraphEdits edits)
    {
        if (Store is not WeightStore.PerChannel { ScaleShape.Lengths.Length: 2 })
            return Scale;
        var shape = $"{Scale}_vector_shape";
        var vector = $"{Scale}_vector";
        if (edits.First.All(node => node.Output[0] != vector))
        {
            var length = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(length, -1);
            edits.Add(WeightStore.Tensor(shape, ElementType.Int64, [1], length));
        }

        return edits.AddFirst(GraphEdits.Node("Reshape", [Scale, shape], [vector]));
    }
}
