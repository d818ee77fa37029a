namespace CompressTasks.Compression;

/// <summary>A planned weight and the chunk that it became.</summary>
internal sealed record CodedWeight(WeightPlan Plan, EncodedWeight Encoded);
