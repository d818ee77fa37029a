using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>
/// Where artifacts and runnable models go in the output, publish and package folders: each to the place of its model, unless metadata say otherwise.
/// </summary>
internal sealed class ArtifactPlaces
{
    private const string ArtifactExtension = ".onnxz";
    private const string ModelExtension = ".onnx";
    private const string DataExtension = ".onnx.data";
    private const string TargetPath = "TargetPath";
    private const string CopyToOutput = "CopyToOutputDirectory";
    private const string CopyToPublish = "CopyToPublishDirectory";
    private const string PreserveNewest = "PreserveNewest";

    private static readonly string[] _extensions = [ArtifactExtension, ModelExtension, DataExtension];
    private static readonly string[] _copies = ["Never", "Always", PreserveNewest, "IfDifferent"];

    private readonly string _projectFolder;
    private readonly Dictionary<string, ITaskItem> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    private readonly ITaskItem[] _content;

    /// <param name="projectFolder">Full path.</param>
    /// <param name="items">Models to compress; their metadata are about what is made of them.</param>
    /// <param name="content">Models that the project has as content; their metadata are about the models.</param>
    public ArtifactPlaces(string projectFolder, IEnumerable<ITaskItem> items, ITaskItem[] content)
    {
        _projectFolder = projectFolder;
        _content = content;
        foreach (var item in items)
            _items[FullPath(item.ItemSpec)] = item;
        // A file that a project includes is often an item of the default globs too.
        foreach (var item in content)
        {
            if (LinkOf(item) is { } link)
                _links[FullPath(item.ItemSpec)] = link;
        }
    }

    /// <summary>Whether an output of a run is for apps: an artifact, a runnable model, or external data of one.</summary>
    public static bool IsForApps(string path) => ExtensionOf(path) is not null;

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

    /// <summary>The item of a file for apps, with where it goes as metadata.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="outputFolder">The folder of its run; below it the file lies as its model does below the project's folder.</param>
    /// <param name="models">The models of the run; full paths.</param>
    /// <param name="isOneOfTwo">Whether an artifact and a runnable model are made of the model.</param>
    public TaskItem Place(string path, string outputFolder, IEnumerable<string> models, bool isOneOfTwo)
    {
        var place = path.Substring(outputFolder.TrimEnd('/', '\\').Length + 1);
        var extension = ExtensionOf(path)!;
        var stem = place.Substring(0, place.Length - extension.Length);
        var model = models.FirstOrDefault(model => string.Equals(StemOf(model), stem, StringComparison.OrdinalIgnoreCase));
        var item = model is not null && _items.TryGetValue(model, out var named) ? named : null;
        var copy = Metadata(CopyToOutput) ?? PreserveNewest;
        var placed = EscapedItem.Of(path);
        Set(TargetPath, Shortest(Target()));
        Set(CopyToOutput, copy);
        Set(CopyToPublish, Metadata(CopyToPublish) ?? copy);
        return placed;

        void Set(string name, string value) => placed.SetMetadata(name, EscapedItem.Escape(value));

        string? Metadata(string name) => item?.GetMetadata(name) is { Length: > 0 } value ? value : null;

        string Target() => Metadata(TargetPath) is { } target ? At(target, isOneOfTwo)
            : model is not null && _links.TryGetValue(model, out var link) ? At(link, changesExtension: true)
            : place;

        // A model refers to its external data by name.
        string At(string target, bool changesExtension) =>
            target.EndsWith("/", StringComparison.Ordinal) || target.EndsWith("\\", StringComparison.Ordinal) ? target + Path.GetFileName(path)
            : extension == DataExtension ? target.Substring(0, target.LastIndexOfAny(['/', '\\']) + 1) + Path.GetFileName(path)
            : changesExtension ? Path.ChangeExtension(target, extension)
            : target;
    }

    /// <summary>Logs models of the project's content that are copied to where something goes that a run has made.</summary>
    /// <param name="placed">The items of <see cref="Place"/>.</param>
    /// <param name="isExcluded">Whether a model, by its full path, is left out of the build's output.</param>
    /// <param name="log">Gets an error for each.</param>
    public void RequireFree(IReadOnlyCollection<ITaskItem> placed, Predicate<string> isExcluded, DiagnosticLog log)
    {
        var staying = _content.Where(item => !isExcluded(FullPath(item.ItemSpec))).GroupBy(PlaceOf, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(same => same.Key, same => same.ToList(), StringComparer.OrdinalIgnoreCase);
        foreach (var made in placed)
        {
            var place = made.GetMetadata(TargetPath);
            if (staying.TryGetValue(place, out var models)
                && models.Find(model => MeetInOutput(model, made) || MeetInPublish(model, made)) is { } model)
                log.Error(TaskDiagnostics.PlaceTaken(place, made.ItemSpec, model.ItemSpec));
        }

        static bool MeetInOutput(ITaskItem model, ITaskItem made) => IsCopied(model, CopyToOutput) && IsCopied(made, CopyToOutput);

        static bool MeetInPublish(ITaskItem model, ITaskItem made) => IsCopied(made, CopyToPublish)
            && IsCopied(model, model.GetMetadata(CopyToPublish).Length == 0 ? CopyToOutput : CopyToPublish);
    }

    private static bool IsCopied(ITaskItem item, string name) =>
        _copies.Skip(1).Contains(item.GetMetadata(name), StringComparer.OrdinalIgnoreCase);

    private static string? ExtensionOf(string path) =>
        Array.Find(_extensions, extension => path.EndsWith(extension, StringComparison.Ordinal));

    /// <summary>Where the build copies a model of the content, if it does.</summary>
    private string PlaceOf(ITaskItem content)
    {
        var path = FullPath(content.ItemSpec);
        return Shortest(LinkOf(content) ?? FolderOf(path) + Path.GetFileName(path));
    }

    /// <summary>One spelling for one place.</summary>
    private static string Shortest(string place) =>
        string.Join("/", place.Split('/', '\\').Where(part => part is not ("" or ".")));

    private static string? LinkOf(ITaskItem content) =>
        content.GetMetadata(TargetPath) is { Length: > 0 } target ? target : content.GetMetadata("Link") is { Length: > 0 } link ? link : null;

    private string StemOf(string model) => FolderOf(model) + Path.GetFileNameWithoutExtension(model);

    // What the compressor does with --model-root. A model elsewhere has no folder in the project that its artifact could keep.
    private string FolderOf(string model)
    {
        var folder = Path.GetDirectoryName(model)! + Path.DirectorySeparatorChar;
        var root = _projectFolder.TrimEnd('/', '\\') + Path.DirectorySeparatorChar;
        return folder.StartsWith(root, StringComparison.Ordinal) ? folder.Substring(root.Length) : "";
    }

    private string FullPath(string path) => Path.GetFullPath(Path.Combine(_projectFolder, path));
}
