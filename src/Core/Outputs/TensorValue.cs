using CompressTasks.Numerics;

namespace CompressTasks.Outputs;

/// <summary>An input or output of a run.</summary>
/// <param name="Name">As the model names it.</param>
/// <param name="Type">The type of the elements.</param>
/// <param name="Shape">The length of every axis; empty for a scalar.</param>
/// <param name="Bytes">The elements, little-endian and row-major.</param>
internal sealed record TensorValue(string Name, ElementType Type, IReadOnlyList<long> Shape, byte[] Bytes)
{
    /// <summary>The elements, which are numbers.</summary>
    public double[] Values()
    {
        var values = new double[Bytes.Length * 8L / Type.BitsPerElement()];
        ElementConversion.ReadValues(Type, Bytes, values);
        return values;
    }
}
