using CompressTasks.Numerics;

namespace CompressTasks.Onnx;

/// <summary>NaN among the weights of a model.</summary>
internal static class NotNumbers
{
    private const int Block = 1 << 14;

    /// <summary>The first weight that has NaN; null when none has.</summary>
    public static OnnxWeight? FirstWeight(OnnxModel model) =>
        model.Weights.FirstOrDefault(weight => weight.CanExcise && weight.IsFloatingPoint && HasNaN(model.ReadBytes(weight), weight.ElementType));

    private static bool HasNaN(ReadOnlySpan<byte> bytes, ElementType type)
    {
        var values = new double[Block];
        var size = type.BitsPerElement() / 8;
        for (var at = 0; size > 0 && at < bytes.Length; at += Block * size)
        {
            var part = values.AsSpan(0, Math.Min(Block, (bytes.Length - at) / size));
            ElementConversion.ReadValues(type, bytes.Slice(at, part.Length * size), part);
            foreach (var value in part)
            {
                if (double.IsNaN(value))
                    return true;
            }
        }

        return false;
    }
}
