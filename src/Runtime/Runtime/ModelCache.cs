using CompressTasks.IO;

namespace CompressTasks.Runtime;

/// <summary>
/// A folder of decoded models. The first start of an artifact decodes it and writes it there, laid out to be mapped from the file; later starts, of
/// any process, neither decode it nor copy its weights. Each model lies in a folder that is called after the SHA-256 of its artifact, and its checksums
/// are compared whenever it is used: a damaged one is made again. Safe for use from several threads and processes.
/// </summary>
/// <remarks>
/// Whoever may write to the folder can exchange models in it. It is made so that only its owner may read it, as far as the system has such rights.
/// </remarks>
public sealed class ModelCache
{
    private const long Gibibyte = 1L << 30;

    /// <param name="folder">Is made when the first model is written.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public ModelCache(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = Path.GetFullPath(folder);
    }

    /// <summary>
    /// A new cache in the user's folder for caches: <c>compresstasks/models</c> in <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>, in <c>~/Library/Caches</c>
    /// on macOS, in <c>%LOCALAPPDATA%</c> on Windows.
    /// </summary>
    /// <remarks>A user without a folder has none either: nothing is found in it, and nothing written.</remarks>
    public static ModelCache OfUser => CachesOfUser() is { } caches ? new(Path.Combine(caches, "compresstasks", "models")) : new();

    private ModelCache() => Folder = "";

    /// <summary>Its full path; empty when there is no place for it.</summary>
    public string Folder { get; }

    /// <summary>
    /// Bytes of all models together. When a new one makes them more, those go that were not used for longest. Default: 16 GiB. A larger model is not
    /// written.
    /// </summary>
    public long MaxBytes { get; init; } = 16 * Gibibyte;

    /// <summary>The models in it, the one that was used last first; none when there is no such folder.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be read.</exception>
    public IReadOnlyList<CachedModel> List() =>
        [.. Entries().Select(entry => entry.Describe()).OfType<CachedModel>().OrderByDescending(model => model.LastUsed)];

    /// <summary>Removes all models but those that somebody is writing, or that Windows keeps because they are in use.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be read.</exception>
    public void Clear()
    {
        foreach (var entry in Entries())
            entry.Remove(TimeSpan.Zero);
    }

    /// <summary>The path of a model, if it is there and whole.</summary>
    internal string? Find(string key) => Folder.Length == 0 ? null : Entry(key).Find();

    /// <summary>Writes a model, unless somebody else has meanwhile.</summary>
    /// <param name="key">The SHA-256 of the artifact, in hexadecimal.</param>
    /// <param name="bytes">About as many as the model will have.</param>
    /// <param name="write">Writes the model's files into the empty folder that it is given, and says how the main file is called.</param>
    /// <param name="cancellationToken">Is looked at while another process writes the same model.</param>
    /// <returns>The path of the model; null if it is larger than the cache may be.</returns>
    /// <exception cref="IOException">The folder cannot be written to, or another process takes more than a minute to write the model.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written to.</exception>
    internal string? Add(string key, long bytes, Func<string, string> write, CancellationToken cancellationToken)
    {
        if (Folder.Length == 0)
            throw new IOException("the user has no folder: set XDG_CACHE_HOME, or name a folder");
        if (bytes > MaxBytes)
            return null;
        PrivateFolder.Create(Folder);
        var path = Entry(key).Add(write, cancellationToken);
        Evict(key);
        return path;
    }

    /// <returns>Null where the system names no absolute path: what lies in the current folder may be anybody's.</returns>
    private static string? CachesOfUser()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder && Path.IsPathFullyQualified(folder))
            return folder;
        var special = OperatingSystem.IsWindows() ? Environment.SpecialFolder.LocalApplicationData : Environment.SpecialFolder.UserProfile;
        var home = Environment.GetFolderPath(special);
        return !Path.IsPathFullyQualified(home) ? null
            : OperatingSystem.IsWindows() ? home
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches") : Path.Combine(home, ".cache");
    }

    private ModelCacheEntry Entry(string key) => new(Path.Combine(Folder, key));

    private IEnumerable<ModelCacheEntry> Entries() => !Directory.Exists(Folder) ? []
        : Directory.EnumerateDirectories(Folder).Where(ModelCacheEntry.IsOne).Select(folder => new ModelCacheEntry(folder));

    /// <summary>Removes what is too much, and what killed processes have left.</summary>
    private void Evict(string keep)
    {
        try
        {
            var bytes = 0L;
            foreach (var (entry, model) in Entries().Select(entry => (Entry: entry, Model: entry.Describe()))
                .OrderByDescending(pair => pair.Entry.Key == keep).ThenByDescending(pair => pair.Model?.LastUsed))
            {
                bytes += model?.Bytes ?? 0;
                if (model is null || bytes > MaxBytes)
                    entry.Remove(model is null ? ModelCacheEntry.Abandoned : TimeSpan.Zero);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The model that was asked for is there.
        }
    }
}
