using CompressTasks.Numerics;

namespace CompressTasks.Outputs.Samples.Media;

/// <summary>Makes the bytes of a tensor from values.</summary>
internal static class TensorElements
{
    /// <param name="type">Of floating-point numbers or whole ones; to whole ones values are rounded, and kept within the type's limits.</param>
    public static byte[] Of(ElementType type, ReadOnlySpan<double> values)
    {
        var width = type.BitsPerElement() / 8;
        var bytes = new byte[values.Length * width];
        if (WholeNumbers.Limits(type) is not var (lowest, highest))
        {
            ElementConversion.WriteValues(type, values, bytes);
            return bytes;
        }

        for (var i = 0; i < values.Length; i++)
            WholeNumbers.Write((long)Math.Clamp(Math.Round(values[i]), lowest, highest), bytes.AsSpan(i * width, width));
        return bytes;
    }
}
