using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>Where artifacts go in the output, publish and package folders: each to the place of its model, unless metadata say otherwise.</summary>
internal sealed class ArtifactPlaces
{
    private const string ArtifactExtension = ".onnxz";
    private const string TargetPath = "TargetPath";
    private const string CopyToOutput = "CopyToOutputDirectory";
    private const string CopyToPublish = "CopyToPublishDirectory";
    private const string PreserveNewest = "PreserveNewest";

    private static readonly string[] _copies = ["Never", "Always", PreserveNewest, "IfDifferent"];

    private readonly string _projectFolder;
    private readonly Dictionary<string, ITaskItem> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    /// <param name="projectFolder">Full path.</param>
    /// <param name="items">Models to compress; their metadata are about the artifacts.</param>
    /// <param name="content">Models that the project has as content; their metadata are about the models.</param>
    public ArtifactPlaces(string projectFolder, IEnumerable<ITaskItem> items, IEnumerable<ITaskItem> content)
    {
        _projectFolder = projectFolder;
        foreach (var item in items)
            _items[FullPath(item.ItemSpec)] = item;
        // A file that a project includes is often an item of the default globs too.
        foreach (var item in content)
        {
            if (LinkOf(item) is { } link)
                _links[FullPath(item.ItemSpec)] = link;
        }
    }

    public static bool IsArtifact(string path) => path.EndsWith(ArtifactExtension, StringComparison.Ordinal);

    /// <summary>Logs metadata that make no sense.</summary>
    public void Check(DiagnosticLog log)
    {
        foreach (var item in _items.Values)
        {
            if (item.GetMetadata(TargetPath) is { Length: > 0 } place && (Path.IsPathRooted(place) || place.Split('/', '\\').Contains("..")))
                log.Error(TaskDiagnostics.InvalidSetting(TargetPath, place, "a path in the output folder, relative to it"));
            foreach (var name in new[] { CopyToOutput, CopyToPublish })
            {
                if (item.GetMetadata(name) is { Length: > 0 } copy && !_copies.Contains(copy, StringComparer.OrdinalIgnoreCase))
                    log.Error(TaskDiagnostics.InvalidSetting(name, copy, string.Join(", ", _copies)));
            }
        }
    }

    /// <summary>The item of an artifact, with where it goes as metadata.</summary>
    /// <param name="artifact">Full path.</param>
    /// <param name="outputFolder">The folder of its run; below it the artifact lies as its model does below the project's folder.</param>
    /// <param name="models">The models of the run; full paths.</param>
    public TaskItem Place(string artifact, string outputFolder, IEnumerable<string> models)
    {
        var place = artifact.Substring(outputFolder.TrimEnd('/', '\\').Length + 1);
        var model = models.FirstOrDefault(model => string.Equals(PlaceOf(model), place, StringComparison.OrdinalIgnoreCase));
        var item = model is not null && _items.TryGetValue(model, out var named) ? named : null;
        var copy = Metadata(CopyToOutput) ?? PreserveNewest;
        var placed = EscapedItem.Of(artifact);
        Set(TargetPath, Shortest(Target()));
        Set(CopyToOutput, copy);
        Set(CopyToPublish, Metadata(CopyToPublish) ?? copy);
        return placed;

        void Set(string name, string value) => placed.SetMetadata(name, EscapedItem.Escape(value));

        string? Metadata(string name) => item?.GetMetadata(name) is { Length: > 0 } value ? value : null;

        string Target() => Metadata(TargetPath) is { } target
            ? target.EndsWith("/", StringComparison.Ordinal) || target.EndsWith("\\", StringComparison.Ordinal)
                ? target + Path.GetFileName(artifact)
                : target
            : model is not null && _links.TryGetValue(model, out var link)
                ? Path.ChangeExtension(link, ArtifactExtension)
                : place;
    }

    /// <summary>One spelling for one place.</summary>
    private static string Shortest(string place) =>
        string.Join("/", place.Split('/', '\\').Where(part => part is not ("" or ".")));

    private static string? LinkOf(ITaskItem content) =>
        content.GetMetadata(TargetPath) is { Length: > 0 } target ? target : content.GetMetadata("Link") is { Length: > 0 } link ? link : null;

    // What the compressor does with --model-root. A model elsewhere has no folder in the project that its artifact could keep.
    private string PlaceOf(string model)
    {
        var name = Path.ChangeExtension(Path.GetFileName(model), ArtifactExtension);
        var folder = Path.GetDirectoryName(model)! + Path.DirectorySeparatorChar;
        var root = _projectFolder.TrimEnd('/', '\\') + Path.DirectorySeparatorChar;
        return folder.StartsWith(root, StringComparison.Ordinal) ? folder.Substring(root.Length) + name : name;
    }

    private string FullPath(string path) => Path.GetFullPath(Path.Combine(_projectFolder, path));
}
