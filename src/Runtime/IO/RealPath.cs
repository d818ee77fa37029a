namespace CompressTasks.IO;

/// <summary>Where a path leads when all links in it are followed.</summary>
internal static class RealPath
{
    // As many as Linux follows before it gives up.
    private const int MaxLinks = 40;

    /// <param name="path">A full path; what it names need not exist.</param>
    /// <returns>Null when there are too many links.</returns>
    public static string? Of(string path)
    {
        var links = 0;
        return Follow(path, ref links);
    }

    // The framework resolves a link only when it is the last part of a path.
    private static string? Follow(string path, ref int links)
    {
        var current = Path.GetPathRoot(path)!;
        foreach (var part in path[current.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            current = Path.Combine(current, part);
            FileSystemInfo entry = Directory.Exists(current) ? new DirectoryInfo(current) : new FileInfo(current);
            if (entry.LinkTarget is null || entry.ResolveLinkTarget(returnFinalTarget: false) is not { } target)
                continue;
            if (++links > MaxLinks || Follow(target.FullName, ref links) is not { } followed)
                return null;
            current = followed;
        }

        return current;
    }
}
