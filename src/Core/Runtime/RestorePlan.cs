using CompressTasks.Artifacts;
using CompressTasks.Onnx;

namespace CompressTasks.Runtime;

/// <summary>What an artifact restores to: files, holes in their order, and the weight that fills each hole.</summary>
internal sealed class RestorePlan
{
    /// <exception cref="Diagnostics.CompressException">The artifact's files or holes do not fit together.</exception>
    public RestorePlan(ArtifactReader reader)
    {
        var holes = reader.Entries
            .SelectMany(entry => entry.Weight.Holes.Select(hole => (Entry: entry, Hole: hole)))
            .OrderBy(pair => pair.Hole.File)
            .ThenBy(pair => pair.Hole.Offset)
            .ToList();
        Owners = [.. holes.Select(pair => pair.Entry)];
        Layout = new ModelLayout(
            reader.Path,
            [.. reader.Files.Select(file => new ModelFile(file.Name, file.Length))],
            [.. holes.Select(pair => new Hole(pair.Hole.File, pair.Hole.Offset, pair.Hole.Length))]);
    }

    public ModelLayout Layout { get; }

    /// <summary>The weight of each of the layout's holes; tied weights have several.</summary>
    public IReadOnlyList<ArtifactEntry> Owners { get; }
}
