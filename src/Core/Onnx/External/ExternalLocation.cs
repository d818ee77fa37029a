namespace CompressTasks.Onnx.External;

/// <summary>The rules for the names of external data files: relative, and not out of the model's folder, on any system.</summary>
internal static class ExternalLocation
{
    // As many as Linux follows before it gives up.
    private const int MaxLinks = 40;

    /// <summary>Checks a location and brings it into its shortest form, with <c>/</c>.</summary>
    /// <exception cref="Diagnostics.CompressException">It is absolute, leads upwards, or names no file.</exception>
    public static string Normalize(string modelPath, string location)
    {
        if (location.Contains('\0', StringComparison.Ordinal))
            throw ModelDiagnostics.ExternalLocationUnsafe(modelPath, location.Replace('\0', '?'), "has a name with a zero character");
        if (location.StartsWith('/') || location.StartsWith('\\') || location is [_, ':', ..])
            throw ModelDiagnostics.ExternalLocationUnsafe(modelPath, location, "has an absolute path");
        var parts = location.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToList();
        if (location.Split('/', '\\').Contains(".."))
            throw ModelDiagnostics.ExternalLocationUnsafe(modelPath, location, "has a path with '..'");
        if (parts.Count == 0 || location.EndsWith('/'))
            throw ModelDiagnostics.ExternalLocationUnsafe(modelPath, location, "names no file");
        return string.Join('/', parts);
    }

    /// <summary>Follows links to see that a file lies in the model's folder, or would if it existed.</summary>
    /// <returns>The file's full path, links not followed.</returns>
    public static string Resolve(string modelPath, string name)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        var path = Path.GetFullPath(Path.Combine(folder, name));
        var links = 0;
        var realFolder = FollowLinks(folder, ref links);
        var realPath = FollowLinks(path, ref links);
        if (links > MaxLinks || realFolder is null || realPath is null)
            throw ModelDiagnostics.ExternalLocationUnsafe(modelPath, name, "is a link that cannot be followed");
        if (!realPath.StartsWith(realFolder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw ModelDiagnostics.ExternalLocationUnsafe(modelPath, name, "is a link that leads out of the model's folder");
        return path;
    }

    // The framework resolves a link only when it is the last part of a path.
    private static string? FollowLinks(string path, ref int links)
    {
        var current = Path.GetPathRoot(path)!;
        foreach (var part in path[current.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            current = Path.Combine(current, part);
            FileSystemInfo entry = Directory.Exists(current) ? new DirectoryInfo(current) : new FileInfo(current);
            if (entry.LinkTarget is null || entry.ResolveLinkTarget(returnFinalTarget: false) is not { } target)
                continue;
            if (++links > MaxLinks || FollowLinks(target.FullName, ref links) is not { } followed)
                return null;
            current = followed;
        }

        return current;
    }
}
