namespace CompressTasks.Tasks;

/// <summary>Finds the <c>dotnet</c> executable.</summary>
internal static class DotNetHost
{
    public static string FileName { get; } = Path.DirectorySeparatorChar == '\\' ? "dotnet.exe" : "dotnet";

    /// <param name="candidates">Executables, or folders that hold one; the first that exists is taken.</param>
    /// <param name="searchPath">The PATH variable, searched last.</param>
    /// <returns>The full path, or null.</returns>
    public static string? Find(IEnumerable<string> candidates, string? searchPath) =>
        candidates
            .Concat((searchPath ?? "").Split(Path.PathSeparator))
            .Select(entry => entry.Trim().Trim('"'))
            .Where(entry => entry.Length > 0)
            .Select(entry => Path.GetFileName(entry) == FileName ? entry : Path.Combine(entry, FileName))
            .Where(File.Exists)
            .Select(Path.GetFullPath)
            .FirstOrDefault();
}
