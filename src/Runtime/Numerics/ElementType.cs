namespace CompressTasks.Numerics;

/// <summary>What a tensor's elements are; the numbers are those of ONNX's <c>TensorProto.DataType</c>.</summary>
internal enum ElementType
{
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    Complex64 = 14,
    Complex128 = 15,
    BFloat16 = 16,
    Float8E4M3FN = 17,
    Float8E4M3FNUZ = 18,
    Float8E5M2 = 19,
    Float8E5M2FNUZ = 20,
    UInt4 = 21,
    Int4 = 22,
    Float4E2M1 = 23,
    Float8E8M0 = 24,
    UInt2 = 25,
    Int2 = 26,
}

/// <summary>Facts about element types.</summary>
internal static class ElementTypeFacts
{
    /// <summary>Bits of one element in <c>raw_data</c>; 0 when the type has no fixed size (strings) or is not known.</summary>
    public static int BitsPerElement(this ElementType type) => type switch
    {
        ElementType.UInt2 or ElementType.Int2 => 2,
        ElementType.UInt4 or ElementType.Int4 or ElementType.Float4E2M1 => 4,
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool or ElementType.Float8E4M3FN or ElementType.Float8E4M3FNUZ
            or ElementType.Float8E5M2 or ElementType.Float8E5M2FNUZ or ElementType.Float8E8M0 => 8,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 16,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 32,
        ElementType.Double or ElementType.Int64 or ElementType.UInt64 or ElementType.Complex64 => 64,
        ElementType.Complex128 => 128,
        _ => 0,
    };

    /// <summary>Whether the values can be read and written as doubles, and so be compressed with loss.</summary>
    public static bool IsFloatingPoint(this ElementType type) =>
        type is ElementType.Float or ElementType.Float16 or ElementType.Double or ElementType.BFloat16;

    /// <summary>The name that specs and reports use: lower case, <c>float32</c> for <see cref="ElementType.Float"/>.</summary>
    public static string SpecName(this ElementType type) => type == ElementType.Float ? "float32" : type.ToString().ToLowerInvariant();
}
