namespace CompressTasks.Reporting;

/// <summary>
/// The checked-out tree that a spec lies in. Paths relative to its root are the same on every machine, and are what CI services match with their own.
/// </summary>
/// <param name="root">Full path.</param>
internal sealed class SourceTree(string root)
{
    /// <summary>
    /// The tree of a folder: the nearest folder upwards with <c>.git</c> in it (a file in worktrees and submodules), or the folder itself.
    /// </summary>
    public static SourceTree Around(string folder)
    {
        for (var parent = new DirectoryInfo(Path.GetFullPath(folder)); parent is not null; parent = parent.Parent)
        {
            if (Path.Exists(Path.Combine(parent.FullName, ".git")))
                return new(parent.FullName);
        }

        return new(Path.GetFullPath(folder));
    }

    /// <summary>A path from the root, with forward slashes; it leads upwards for a file that is not in the tree.</summary>
    public string Relative(string path) => Path.GetRelativePath(root, Path.GetFullPath(path)).Replace('\\', '/');
}
