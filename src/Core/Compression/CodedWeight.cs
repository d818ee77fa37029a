using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression;

/// <summary>A planned weight and what became of it.</summary>
/// <param name="Encoded">Without its chunk, which is in the artifact already.</param>
/// <param name="ChunkBytes">Bytes of the chunk.</param>
internal sealed record CodedWeight(WeightPlan Plan, EncodedWeight Encoded, long ChunkBytes);
