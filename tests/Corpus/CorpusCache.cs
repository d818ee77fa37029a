namespace CompressTasks.Corpus;

/// <summary>The folder outside the repository that keeps what was downloaded.</summary>
public static class CorpusCache
{
    /// <summary>
    /// The environment variable <c>COMPRESSTASKS_CACHE</c>, or else <c>compresstasks</c> in the user's cache folder:
    /// <c>%LOCALAPPDATA%</c> on Windows, <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c> elsewhere.
    /// </summary>
    public static string Folder { get; } =
        Variable("COMPRESSTASKS_CACHE") ?? Path.Combine(UserCacheFolder(), "compresstasks");

    /// <summary>Puts what was made in a folder of its own into its place, unless another process was first.</summary>
    internal static void MoveUnlessThere(string source, string destination)
    {
        try
        {
            Directory.Move(source, destination);
        }
        catch (IOException) when (Directory.Exists(destination))
        {
            // Its copy passed the same check.
        }
    }

    private static string UserCacheFolder() =>
        OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
