using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.WeightCoding;

/// <summary>What the coder has to know of a weight's element type.</summary>
internal static class WeightFormats
{
    public static int ByteSize(this ElementType type) => type.BitsPerElement() / 8;

    /// <summary>The bits of the exponent; 0 of a type that is no floating-point type.</summary>
    public static int ExponentBits(this ElementType type) => type switch
    {
        ElementType.Float or ElementType.BFloat16 => 8,
        ElementType.Float16 => 5,
        ElementType.Double => 11,
        _ => 0,
    };

    /// <summary>What decoding rounds to.</summary>
    /// <exception cref="InvalidDataException">It is no type that can be coded with a loss: a chunk that says so is damaged.</exception>
    public static NumericFormat Format(this ElementType type) => type switch
    {
        ElementType.Float => NumericFormat.Float32,
        ElementType.Float16 => NumericFormat.Float16,
        ElementType.BFloat16 => NumericFormat.BFloat16,
        ElementType.Double => NumericFormat.Float64,
        _ => throw ChunkReader.Corrupt($"{type} is not a floating-point type that can be coded with a loss"),
    };
}
