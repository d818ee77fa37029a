using CompressTasks.IO;

namespace CompressTasks.Onnx.External;

/// <summary>The rules for the names of external data files: relative, and not out of the model's folder, on any system.</summary>
internal static class ExternalLocation
{
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

    /// <summary>
    /// Follows links to see that a file lies in the model's folder, or would if it existed. Where the model itself is a link, to a store of files,
    /// the folder of the file that it leads to will do as well.
    /// </summary>
    /// <returns>The file's full path, links not followed.</returns>
    public static string Resolve(string modelPath, string name)
    {
        var model = Path.GetFullPath(modelPath);
        var folder = Path.GetDirectoryName(model)!;
        var path = Path.GetFullPath(Path.Combine(folder, name));
        if (RealPath.Of(folder) is not { } realFolder || RealPath.Of(model) is not { } realModel || RealPath.Of(path) is not { } realPath)
            throw ModelDiagnostics.ExternalLocationUnsafe(modelPath, name, "is a link that cannot be followed");
        if (!IsIn(realFolder, realPath) && !IsIn(Path.GetDirectoryName(realModel)!, realPath))
            throw ModelDiagnostics.ExternalLinkLeadsOut(modelPath, name);
        return path;
    }

    private static bool IsIn(string folder, string path) =>
        path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
