using CompressTasks.Artifacts;
using CompressTasks.Onnx;

namespace CompressTasks.Runtime;

/// <summary>What an artifact restores to: files, holes in their order, and the weight that fills each hole.</summary>
internal sealed class RestorePlan
{
    /// <exception cref="Diagnostics.CompressException">The artifact's files or holes do not fit together.</exception>
    public RestorePlan(ArtifactReader reader)
    {
        var places = ArtifactPlace.InOrder(reader.Entries);
        var (owners, holes) = (new List<ArtifactEntry>(places.Count), new List<Hole>(places.Count));
        foreach (var (entry, hole) in places)
        {
            owners.Add(entry);
            holes.Add(new(hole.File, hole.Offset, hole.Length));
        }

        var files = new List<ModelFile>(reader.Files.Count);
        foreach (var file in reader.Files)
            files.Add(new(file.Name, file.Length));
        Owners = owners;
        Layout = new ModelLayout(reader.Path, files, holes);
    }

    public ModelLayout Layout { get; }

    /// <summary>The weight of each of the layout's holes; tied weights have several.</summary>
    public IReadOnlyList<ArtifactEntry> Owners { get; }
}
