namespace CompressTasks.WeightCoding;

/// <summary>The first byte of a chunk, which says what follows: <c>docs/artifact-format.md</c>.</summary>
internal enum ChunkKind : byte
{
    /// <summary>The payload, exactly.</summary>
    Lossless = 0,

    /// <summary>Quantized values.</summary>
    Quantized = 1,

    /// <summary>Stages, the parameters of the last one, and perhaps what they have lost.</summary>
    Stacked = 2,

    /// <summary>The weight of a linear layer, quantized against the layer's inputs.</summary>
    Calibrated = 3,
}

internal static class Chunk
{
    /// <summary>Whether a chunk carries its payload exactly. The name of the stack does not tell: a spec may call a lossy one "lossless".</summary>
    public static bool IsExact(ReadOnlySpan<byte> chunk) => chunk is [(byte)ChunkKind.Lossless, ..];
}
