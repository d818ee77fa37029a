using CompressTasks.Onnx.External;

namespace CompressTasks.Onnx;

/// <summary>The files of a restored model and the holes in them.</summary>
internal sealed class ModelLayout
{
    /// <summary>Takes a layout from an artifact, which may be damaged or hostile.</summary>
    /// <param name="path">The artifact's or the model's path, for diagnostics.</param>
    /// <param name="files">The main file, then external data files, which hold nothing but holes and zeros.</param>
    /// <param name="holes">Ordered by file and offset, disjoint, within their files.</param>
    /// <exception cref="Diagnostics.CompressException">Any of that does not hold, or a file's name leads out of the model's folder.</exception>
    public ModelLayout(string path, IReadOnlyList<ModelFile> files, IReadOnlyList<Hole> holes)
    {
        Path = path;
        Files = files;
        Holes = holes;
        RequireFiles();
        RequireHoles();
        SkeletonLength = files[0].Length;
        foreach (var hole in holes)
            SkeletonLength -= hole.File == 0 ? hole.Length : 0;
    }

    public string Path { get; }

    public IReadOnlyList<ModelFile> Files { get; }

    public IReadOnlyList<Hole> Holes { get; }

    /// <summary>Bytes of the main file that are not in a hole.</summary>
    public long SkeletonLength { get; }

    private void RequireFiles()
    {
        if (Files.Count == 0)
            throw ModelDiagnostics.BadLayout(Path, "there is no main file");
        foreach (var file in Files)
        {
            if (file.Length < 0)
                throw ModelDiagnostics.BadLayout(Path, $"the file '{file.Name}' has {file.Length} bytes");
        }

        if (Files[0].Length > Array.MaxLength)
            throw ModelDiagnostics.TooLarge(Files[0].Name, Files[0].Length);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in Files.Skip(1))
        {
            if (ExternalLocation.Normalize(Path, file.Name) != file.Name || !names.Add(file.Name))
                throw ModelDiagnostics.BadLayout(Path, $"the file name '{file.Name}' is not allowed, or used twice");
        }
    }

    private void RequireHoles()
    {
        var last = new Hole(0, 0, 0);
        foreach (var hole in Holes)
        {
            if (hole.File < 0 || hole.File >= Files.Count || hole.Offset < 0 || hole.Length <= 0
                || hole.Offset > Files[hole.File].Length - hole.Length)
                throw ModelDiagnostics.BadLayout(Path, $"there is no room for {hole.Length} bytes at byte {hole.Offset} of file {hole.File}");
            if (hole.File < last.File || (hole.File == last.File && hole.Offset < last.End))
                throw ModelDiagnostics.BadLayout(Path, $"the payload at byte {hole.Offset} of file {hole.File} overlaps the one before it");
            last = hole;
        }
    }
}
