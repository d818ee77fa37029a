namespace CompressTasks.Artifacts;

/// <summary>A coded weight and its place in the artifact.</summary>
/// <param name="Chunk">Its coded bytes.</param>
internal sealed record ArtifactEntry(ArtifactWeight Weight, ArtifactChunk Chunk);
