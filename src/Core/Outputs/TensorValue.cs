using System.Buffers.Binary;
using CompressTasks.Numerics;

namespace CompressTasks.Outputs;

/// <summary>An input or output of a run.</summary>
/// <param name="Name">As the model names it.</param>
/// <param name="Type">The type of the elements.</param>
/// <param name="Shape">The length of every axis; empty for a scalar.</param>
/// <param name="Bytes">The elements, little-endian and row-major.</param>
internal sealed record TensorValue(string Name, ElementType Type, IReadOnlyList<long> Shape, byte[] Bytes)
{
    /// <summary>One of the elements, which are floating-point numbers.</summary>
    public double ValueAt(int index)
    {
        if (Type == ElementType.Float)
            return BinaryPrimitives.ReadSingleLittleEndian(Bytes.AsSpan(sizeof(float) * index));
        var size = Type.BitsPerElement() / 8;
        var value = 0.0;
        ElementConversion.ReadValues(Type, Bytes.AsSpan(size * index, size), new Span<double>(ref value));
        return value;
    }

    /// <summary>The elements, which are numbers.</summary>
    public double[] Values()
    {
        var values = new double[Bytes.Length * 8L / Type.BitsPerElement()];
        ElementConversion.ReadValues(Type, Bytes, values);
        return values;
    }
}
