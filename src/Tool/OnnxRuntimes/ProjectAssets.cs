using System.Text.Json;
using CompressTasks.IO;

namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>What NuGet has resolved for a project: <c>project.assets.json</c>.</summary>
internal sealed class ProjectAssets
{
    private const string Cpu = "Microsoft.ML.OnnxRuntime";
    private const string ManagedPackage = "Microsoft.ML.OnnxRuntime.Managed";

    private readonly JsonElement _root;

    private ProjectAssets(JsonElement root) => _root = root;

    /// <summary>Where packages lie; full paths, the user's own folder first.</summary>
    public IReadOnlyList<string> PackageFolders => [.. Members(_root, "packageFolders").Select(folder => folder.Name)];

    /// <summary>The feeds that the project restores from.</summary>
    public IReadOnlyList<string> Sources => [.. Members(Restore, "sources").Select(source => source.Name)];

    public string? PackagesPath => Text(Restore, "packagesPath");

    public IReadOnlyList<string> FallbackFolders => Strings(Restore, "fallbackFolders");

    public string? ProjectFolder => Path.GetDirectoryName(Text(Restore, "projectPath"));

    private JsonElement Restore => Member(_root, "project") is { } project && Member(project, "restore") is { } restore ? restore : default;

    /// <returns>Null if there is no such file, or one that cannot be read: it was never restored, or is no project of NuGet's.</returns>
    public static ProjectAssets? Read(string path)
    {
        try
        {
            DiskFile.Require(path);
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            var assets = new ProjectAssets(document.RootElement.Clone());
            assets.ReadAll();
            return assets;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Texts that are none, or no paths, are found at once: whoever asks later need not expect them.</summary>
    private void ReadAll()
    {
        _ = OnnxRuntimes().Count();
        foreach (var path in PackageFolders.Concat(FallbackFolders).Append(PackagesPath ?? ".").Append(ProjectFolder ?? "."))
            _ = Path.GetFullPath(path);
        _ = Sources;
    }

    /// <summary>
    /// ONNX Runtime for this machine from the packages of the project, direct or not: the one for the processor first, then those for other devices.
    /// </summary>
    public IEnumerable<OnnxRuntimeFiles> OnnxRuntimes()
    {
        var native = $"runtimes/{HostPlatform.RuntimeIdentifier}/native/{HostPlatform.LibraryName}";
        var libraries = Members(_root, "libraries").ToList();
        var managed = libraries
            .Where(library => Id(library) == ManagedPackage)
            .Select(library => Find(library, BestManaged(Files(library))))
            .FirstOrDefault(path => path is not null);
        return libraries
            .Where(library => Files(library).Contains(native))
            .OrderBy(library => Id(library) == Cpu ? 0 : 1)
            .ThenBy(Id, StringComparer.Ordinal)
            .Select(library => Find(library, native))
            .OfType<string>()
            .Select(path => new OnnxRuntimeFiles(path, managed));
    }

    /// <summary>The assembly for the latest .NET that this one can run, or else for .NET Standard.</summary>
    private static string? BestManaged(IReadOnlyList<string> files) => files
        .Select(file => (File: file, Parts: file.Split('/')))
        .Where(file => file.Parts is ["lib", _, OnnxRuntimeFiles.ManagedName])
        .Select(file => (file.File, Rank: Rank(file.Parts[1])))
        .Where(file => file.Rank is not null)
        .MaxBy(file => file.Rank)
        .File;

    private static Version? Rank(string framework) =>
        framework.StartsWith("netstandard2.", StringComparison.Ordinal) ? new Version(0, 1)
        : framework.StartsWith("net", StringComparison.Ordinal) && Version.TryParse(framework[3..], out var version)
            && version.Major >= 5 && version <= Environment.Version ? version
        : null;

    private string? Find(JsonProperty library, string? file) => file is null || Text(library.Value, "path") is not { } folder ? null
        : PackageFolders.Select(packages => Path.GetFullPath(Path.Combine(packages, folder, file))).FirstOrDefault(File.Exists);

    private static string Id(JsonProperty library) => library.Name.Split('/')[0];

    private static IReadOnlyList<string> Files(JsonProperty library) => Strings(library.Value, "files");

    private static IEnumerable<JsonProperty> Members(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject() : [];

    private static IReadOnlyList<string> Strings(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } values ? [.. values.EnumerateArray().Select(value => value.GetString()!)] : [];

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;
}
