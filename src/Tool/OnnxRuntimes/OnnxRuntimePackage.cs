namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>The package <c>Microsoft.ML.OnnxRuntime</c> in the version that the tool was built with, or a later one where a feed has lost that.</summary>
internal static class OnnxRuntimePackage
{
    public const string Id = "Microsoft.ML.OnnxRuntime";

    /// <summary>The platforms that it has a native library for.</summary>
    public static IReadOnlyList<string> Platforms { get; } = ["linux-arm64", "linux-x64", "osx-arm64", "win-arm64", "win-x64"];

    /// <summary>Where NuGet keeps packages unless a project says otherwise.</summary>
    public static string DefaultFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>What NuGet has fetched before, for whatever project: the tool's own version first, then later ones, the nearest first.</summary>
    public static IEnumerable<OnnxRuntimeFiles> In(IEnumerable<string> packageFolders)
    {
        var oldest = Version.Parse(OnnxRuntimeVersion.OfTool);
        return packageFolders
            .Select(folder => Path.GetFullPath(Path.Combine(folder, Id.ToLowerInvariant())))
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .Select(package => (Package: package, Version: Version.TryParse(Path.GetFileName(package), out var version) ? version : null))
            .Where(found => found.Version >= oldest)
            .OrderBy(found => found.Version)
            .Select(found => found.Package)
            // NuGet writes this file last.
            .Where(package => File.Exists(Path.Combine(package, ".nupkg.metadata")))
            .Select(package => Path.Combine(package, "runtimes", HostPlatform.RuntimeIdentifier, "native", HostPlatform.LibraryName))
            .Where(File.Exists)
            .Select(native => new OnnxRuntimeFiles(native, null));
    }
}
