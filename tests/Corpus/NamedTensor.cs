using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Corpus;

/// <summary>An input or output of a model as raw bytes, which compare without rounding and without NaN ≠ NaN.</summary>
/// <param name="Name">The name of the model's input or output.</param>
/// <param name="ElementType">The type of the elements.</param>
/// <param name="Shape">The extent of each axis; empty for a scalar.</param>
/// <param name="Bytes">The elements, row-major, little-endian.</param>
public sealed record NamedTensor(string Name, TensorElementType ElementType, long[] Shape, byte[] Bytes)
{
    /// <summary>Whether name, type, shape and every bit are the same.</summary>
    public bool BitEquals(NamedTensor other) =>
        Name == other.Name
        && ElementType == other.ElementType
        && Shape.AsSpan().SequenceEqual(other.Shape)
        && Bytes.AsSpan().SequenceEqual(other.Bytes);
}
