using System.Buffers;
using CompressTasks.IO;

namespace CompressTasks.Runtime;

/// <summary>
/// The folder of one model in a cache: a manifest, and the model's files in a folder of their own, where they may have any names. The manifest comes last
/// and is renamed into its place: without one, nothing there counts. Files are never changed, only replaced, so that whoever has mapped them keeps what
/// they were. The folder itself stays when the model goes: it is what those lock who write into it.
/// </summary>
internal sealed class ModelCacheEntry(string folder)
{
    /// <summary>Who writes into a folder holds its lock; where there are no locks, a folder so old has been left.</summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private const int KeyLength = 64;

    private static readonly SearchValues<char> _hexadecimal = SearchValues.Create("0123456789abcdef");

    private readonly string _manifest = Path.Combine(folder, ModelManifest.FileName);
    private readonly string _files = Path.Combine(folder, "files");

    public string Key { get; } = Path.GetFileName(folder);

    /// <summary>Whether a folder is called as these are, and is no link to another.</summary>
    public static bool IsOne(string folder) =>
        Path.GetFileName(folder) is { Length: KeyLength } name && !name.AsSpan().ContainsAnyExcept(_hexadecimal) && !IsLink(folder);

    /// <returns>The model's path; null if it is not there, or not whole.</returns>
    public string? Find()
    {
        try
        {
            if (IsLink(folder) || IsLink(_files) || ModelManifest.TryRead(_manifest) is not { } manifest || !manifest.IsKept(_files))
                return null;
            Touch();
            return Path.Combine(_files, manifest.Main);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>As <see cref="ModelCache.Add"/>.</summary>
    public string Add(Func<string, string> write, CancellationToken cancellationToken)
    {
        if (IsLink(folder))
            throw new IOException($"'{Key}' in it is a link");
        PrivateFolder.Create(folder);
        using var turn = FolderLock.Acquire(folder, cancellationToken);
        if (Find() is { } found)
            return found;
        Empty();
        var work = Path.Combine(folder, $"new-{Guid.NewGuid():N}");
        PrivateFolder.Create(work);
        try
        {
            var main = write(work);
            var manifest = ModelManifest.Of(work, main);
            Directory.Move(work, _files);
            var pending = Path.Combine(folder, $"new-{Guid.NewGuid():N}");
            manifest.Write(pending);
            File.Move(pending, _manifest, overwrite: true);
            return Path.Combine(_files, main);
        }
        catch
        {
            TryEmpty();
            throw;
        }
    }

    /// <summary>What is there, as its manifest says; null if it has none.</summary>
    public CachedModel? Describe()
    {
        try
        {
            return ModelManifest.TryRead(_manifest) is { } manifest
                ? new(Path.Combine(_files, manifest.Main), manifest.Files.Sum(file => file.Length), File.GetLastWriteTimeUtc(_manifest))
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes what is in the folder, unless somebody is writing into it.</summary>
    /// <param name="age">How old it must be where nobody can tell.</param>
    public void Remove(TimeSpan age)
    {
        using var turn = FolderLock.TryAcquire(folder);
        if (turn is not null || (OperatingSystem.IsWindows() && DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) >= age))
            TryEmpty();
    }

    private static bool IsLink(string path) => new DirectoryInfo(path).LinkTarget is not null;

    private void TryEmpty()
    {
        try
        {
            Empty();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is in use, or not ours; what is left of it is not taken for a model.
        }
    }

    /// <summary>The manifest goes last: Windows keeps files that are in use, and then the model stays whole.</summary>
    private void Empty()
    {
        foreach (var inner in Directory.EnumerateDirectories(folder).ToList())
            Directory.Delete(inner, recursive: true);
        foreach (var file in Directory.EnumerateFiles(folder).OrderBy(file => file == _manifest).ToList())
            File.Delete(file);
    }

    private void Touch()
    {
        try
        {
            File.SetLastWriteTimeUtc(_manifest, DateTime.UtcNow);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A cache that can be read only serves as well.
        }
    }
}
