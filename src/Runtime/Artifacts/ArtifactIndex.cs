namespace CompressTasks.Artifacts;

/// <summary>Everything an artifact says about its content.</summary>
/// <param name="Producer">Name and version of the program that wrote it.</param>
/// <param name="Files">The files of the restored model, the model itself first.</param>
/// <param name="Entries">The coded weights.</param>
/// <param name="Skeleton">The coded bytes of the model outside of all holes.</param>
internal sealed record ArtifactIndex(
    string Producer, IReadOnlyList<ArtifactFile> Files, IReadOnlyList<ArtifactEntry> Entries, ArtifactChunk Skeleton)
{
    /// <summary>Bytes of the first file that are in no hole.</summary>
    public long SkeletonLength
    {
        get
        {
            var length = Files[0].Length;
            foreach (var entry in Entries)
            {
                foreach (var hole in entry.Weight.Holes)
                    length -= hole.File == 0 ? hole.Length : 0;
            }

            return length;
        }
    }
}
