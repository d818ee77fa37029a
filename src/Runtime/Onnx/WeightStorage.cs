namespace CompressTasks.Onnx;

/// <summary>Where a tensor keeps its elements.</summary>
internal enum WeightStorage
{
    /// <summary>Nowhere: the tensor has no elements.</summary>
    None,

    /// <summary><c>raw_data</c>, little-endian.</summary>
    RawData,

    /// <summary><c>float_data</c>: float, complex64.</summary>
    FloatData,

    /// <summary><c>double_data</c>: double, complex128.</summary>
    DoubleData,

    /// <summary><c>int32_data</c>: varints; 8-, 16- and 32-bit integers, booleans, and the bits of float16 and bfloat16.</summary>
    Int32Data,

    /// <summary>A file beside the model.</summary>
    External,

    /// <summary>Something else: <c>int64_data</c>, <c>uint64_data</c>, <c>string_data</c>, a segment of a tensor.</summary>
    Other,
}
