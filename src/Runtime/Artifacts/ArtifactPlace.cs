namespace CompressTasks.Artifacts;

/// <summary>A hole and the weight that fills it.</summary>
/// <param name="Entry">The weight; tied weights have several holes.</param>
/// <param name="Hole">One of its holes.</param>
internal sealed record ArtifactPlace(ArtifactEntry Entry, ArtifactHole Hole)
{
    /// <summary>The places of all weights, by file and offset.</summary>
    public static List<ArtifactPlace> InOrder(IReadOnlyList<ArtifactEntry> entries)
    {
        var places = new List<ArtifactPlace>(entries.Count);
        foreach (var entry in entries)
        {
            foreach (var hole in entry.Weight.Holes)
                places.Add(new(entry, hole));
        }

        places.Sort(static (a, b) => a.Hole.File != b.Hole.File ? a.Hole.File.CompareTo(b.Hole.File) : a.Hole.Offset.CompareTo(b.Hole.Offset));
        return places;
    }
}
