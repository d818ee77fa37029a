namespace CompressTasks.Core.Tests.Architecture;

/// <summary>Which file of a project uses the types and the extension methods of which other.</summary>
internal sealed class ImportGraph
{
    private readonly SortedDictionary<string, SortedSet<string>> _imports = new(StringComparer.Ordinal);

    private ImportGraph(IReadOnlyList<SourceFile> files)
    {
        var types = files.SelectMany(file => file.Types.Select(type => (type, file))).ToLookup(pair => pair.type, pair => pair.file);
        var extensions = files.SelectMany(file => file.Extensions.Select(method => (method, file)))
            .ToLookup(pair => pair.method, pair => pair.file);
        var parts = files.SelectMany(file => file.Namespace.Split('.')).ToHashSet();
        foreach (var file in files)
        {
            var byType = file.TypeNames(parts).Distinct()
                .SelectMany(use => types[use.Name].Where(other => Means(file, use.Qualifier, other)));
            var byExtension = file.MethodsCalled().Distinct()
                .SelectMany(method => extensions[method].Where(other => file.Sees(other.Namespace)));
            var others = byType.Concat(byExtension).Where(other => other != file).Select(other => other.Path);
            _imports.Add(file.Path, new(others, StringComparer.Ordinal));
        }
    }

    public IReadOnlyCollection<string> Files => _imports.Keys;

    /// <summary>Every pair of a file and one that it uses.</summary>
    public IEnumerable<(string From, string To)> Imports => _imports.SelectMany(entry => entry.Value.Select(to => (entry.Key, to)));

    /// <summary>
    /// Scans every C# file below some folders, those that a build writes excepted. Paths are relative to the folder, and none may be in two of them.
    /// </summary>
    public static ImportGraph OfFolders(params IEnumerable<string> folders) =>
        Of(folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(folder, file).Replace('\\', '/'), file))
            .Where(pair => pair.Item1.Split('/')[0] is not ("bin" or "obj"))
            .Select(pair => (pair.Item1, File.ReadAllText(pair.file)))));

    public static ImportGraph Of(IEnumerable<(string Path, string Text)> sources) =>
        new([.. sources.Select(source => SourceFile.Parse(source.Path, source.Text))]);

    /// <summary>The file, and all that it uses itself or through others.</summary>
    public IReadOnlySet<string> ReachedFrom(string file)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal) { file };
        var open = new Stack<string>(reached);
        while (open.TryPop(out var next))
        {
            foreach (var to in _imports[next].Where(reached.Add))
                open.Push(to);
        }

        return reached;
    }

    private static bool Means(SourceFile file, string? qualifier, SourceFile other) =>
        qualifier is null ? file.Sees(other.Namespace) : other.Namespace.Split('.')[^1] == qualifier;
}
