namespace CompressTasks.Tool.Commands;

/// <summary>The deepest folder that several are in or below.</summary>
internal static class CommonFolder
{
    /// <param name="folders">Full paths; at least one.</param>
    /// <returns>Null when there is none but the root of a file system, where nobody looks for anything.</returns>
    public static string? Of(IReadOnlyList<string> folders)
    {
        var common = Path.TrimEndingDirectorySeparator(folders[0]);
        while (!folders.All(folder => IsWithin(folder, common)))
        {
            if (Path.GetDirectoryName(common) is not { } parent)
                return null;
            common = parent;
        }

        return folders.Count > 1 && Path.GetDirectoryName(common) is null ? null : common;
    }

    private static bool IsWithin(string folder, string parent)
    {
        var way = Path.GetRelativePath(parent, folder);
        return !Path.IsPathRooted(way) && way.Split(Path.DirectorySeparatorChar)[0] != "..";
    }
}
