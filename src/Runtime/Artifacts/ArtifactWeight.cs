namespace CompressTasks.Artifacts;

/// <summary>A coded weight.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="ElementType">The number of its type in ONNX (<c>TensorProto.DataType</c>).</param>
/// <param name="Dims">Its shape; empty for a scalar.</param>
/// <param name="Holes">Where its payload goes: at least one place, several when tensors are tied or equal.</param>
/// <param name="Hash">The hash of its decoded payload.</param>
/// <param name="Stack">The name of the stack that coded it, for display.</param>
internal sealed record ArtifactWeight(
    string Path, int ElementType, IReadOnlyList<long> Dims, IReadOnlyList<ArtifactHole> Holes, PayloadHash Hash, string Stack)
{
    /// <summary>Bytes of its decoded payload.</summary>
    public int PayloadLength => Holes[0].Length;
}
