using CompressTasks.Spec;

namespace CompressTasks.Tool.Watching;

/// <summary>The files that a run reads, by path and by glob, without those that it writes.</summary>
internal sealed class WatchedFiles
{
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<(string Folder, string Pattern)> _globs = [];
    private readonly HashSet<(string Folder, string Pattern)> _globsOfPrograms = [];
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>A file, whether it is there or not.</summary>
    public void Add(string path, string folder = ".") => _paths.Add(Path.GetFullPath(path, Path.GetFullPath(folder)));

    public void AddGlob(string pattern, string folder) => _globs.Add((Path.GetFullPath(folder), pattern));

    /// <summary>A glob of what the program of a metric reads.</summary>
    public void AddGlobOfProgram(string pattern, string folder) => _globsOfPrograms.Add((Path.GetFullPath(folder), pattern));

    /// <summary>Files that the run writes: no glob finds them.</summary>
    public void Except(IEnumerable<string> written) => _written.UnionWith(written.Select(Path.GetFullPath));

    public void Add(WatchedFiles others)
    {
        _paths.UnionWith(others._paths);
        _globs.UnionWith(others._globs);
        _globsOfPrograms.UnionWith(others._globsOfPrograms);
        _written.UnionWith(others._written);
    }

    public FileLook Look()
    {
        var paths = _paths.Concat(_globs.SelectMany(Match)).Distinct().Where(path => !_written.Contains(path)).ToList();
        var ofPrograms = _globsOfPrograms.SelectMany(Match).Distinct().Except(paths).Where(path => !_written.Contains(path));
        return new(States(paths), States(ofPrograms));
    }

    private static Dictionary<string, FileState> States(IEnumerable<string> paths) =>
        paths.Select(path => (Path: path, State: FileState.Of(path))).Where(file => file.State is not null)
            .ToDictionary(file => file.Path, file => file.State!.Value, StringComparer.Ordinal);

    private static List<string> Match((string Folder, string Pattern) glob)
    {
        try
        {
            return new FileGlob(glob.Pattern, glob.Folder).Match();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that is being made or removed; the next look sees what has become of it.
            return [];
        }
    }
}
