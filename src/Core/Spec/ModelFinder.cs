using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>Finds the model files that a spec names, and gives each its artifact.</summary>
internal sealed class ModelFinder(CompressionSpec spec, ICollection<Diagnostic> errors)
{
    private readonly List<ModelFile> _models = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _modelByArtifact = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>In the order of the spec, the matches of a glob ordinally. A file that two entries match belongs to the first.</summary>
    public IReadOnlyList<ModelFile> Find()
    {
        foreach (var entry in spec.Models.Where(entry => entry.Pattern.Length > 0))
        {
            foreach (var path in Match(entry).Where(_paths.Add))
                Add(path, entry);
        }
        return _models;
    }

    private void Add(string path, ModelSpec entry)
    {
        var name = Path.Combine(spec.OutputFolder, KeptFolder(path), entry.Name ?? Path.GetFileNameWithoutExtension(path));
        string[] written = entry.Format switch
        {
            ModelFormat.Onnxz => [name + ArtifactName.Extension],
            ModelFormat.Onnx => [name + ArtifactName.ModelExtension],
            _ => [name + ArtifactName.Extension, name + ArtifactName.ModelExtension],
        };
        foreach (var file in written)
        {
            if (string.Equals(file, path, StringComparison.OrdinalIgnoreCase))
                errors.Add(SpecDiagnostics.ArtifactIsModel(Shown(path), entry.At));
            if (!_modelByArtifact.TryAdd(file, path))
                errors.Add(SpecDiagnostics.SameArtifact(Shown(path), Shown(_modelByArtifact[file]), Shown(file), entry.At));
        }

        _models.Add(new(path, written[0], entry.At) { Format = entry.Format });
    }

    /// <summary>A model elsewhere has no folder below the root that its artifact could keep.</summary>
    private string KeptFolder(string model)
    {
        if (spec.ModelRoot is null)
            return "";
        var folder = Path.GetRelativePath(spec.ModelRoot, Path.GetDirectoryName(model)!);
        return folder == "." || Path.IsPathRooted(folder) || folder.Split('/', '\\')[0] == ".." ? "" : folder;
    }

    private IReadOnlyList<string> Match(ModelSpec entry)
    {
        try
        {
            // A file may have an asterisk in its name, though not on every system.
            return entry.IsGlob && !File.Exists(Path.GetFullPath(entry.Pattern, spec.Folder)) ? MatchGlob(entry) : MatchFile(entry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add(SpecDiagnostics.ModelsNotSearchable(entry.Pattern, exception.Message, entry.At));
            return [];
        }
    }

    private IReadOnlyList<string> MatchFile(ModelSpec entry)
    {
        var path = Path.GetFullPath(entry.Pattern, spec.Folder);
        if (File.Exists(path))
            return [path];
        errors.Add(Directory.Exists(path)
            ? SpecDiagnostics.ModelIsFolder(entry.Pattern, entry.At)
            : SpecDiagnostics.NoSuchModel(entry.Pattern, Shown(Path.GetDirectoryName(path) ?? path), entry.At));
        return [];
    }

    private List<string> MatchGlob(ModelSpec entry)
    {
        var glob = new FileGlob(entry.Pattern, spec.Folder);
        var found = glob.Match();
        if (found.Count == 0)
            errors.Add(SpecDiagnostics.NoSuchModel(entry.Pattern, Shown(glob.Root), entry.At));
        return found;
    }

    private string Shown(string path)
    {
        var relative = Path.TrimEndingDirectorySeparator(Path.GetRelativePath(spec.Folder, path)).Replace('\\', '/');
        return relative == "." ? "the folder of the spec" : relative;
    }
}
