namespace CompressTasks.Artifacts;

/// <summary>Where the bytes of something are in the artifact.</summary>
/// <param name="Offset">Bytes before it in the artifact.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Crc32C">Their CRC-32C.</param>
internal readonly record struct ArtifactChunk(long Offset, int Length, uint Crc32C)
{
    public long End => Offset + Length;
}
