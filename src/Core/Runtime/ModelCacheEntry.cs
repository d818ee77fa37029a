using System.Buffers;
using CompressTasks.IO;

namespace CompressTasks.Runtime;

/// <summary>
/// The folder of one model in a cache. Its manifest comes last and is renamed into its place: a folder without one is not whole. Files are never
/// changed, only replaced, so that whoever has mapped them keeps what they were.
/// </summary>
internal sealed class ModelCacheEntry(string folder)
{
    /// <summary>Who writes into a folder holds its lock; where there are no locks, a folder so old has been left.</summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private const int KeyLength = 64;

    private static readonly SearchValues<char> _hexadecimal = SearchValues.Create("0123456789abcdef");

    private readonly string _manifest = Path.Combine(folder, ModelManifest.FileName);

    public string Key { get; } = Path.GetFileName(folder);

    /// <summary>Whether a folder is called as these are.</summary>
    public static bool IsOne(string folder) =>
        Path.GetFileName(folder) is { Length: KeyLength } name && !name.AsSpan().ContainsAnyExcept(_hexadecimal);

    /// <returns>The model's path; null if it is not there, or not whole.</returns>
    public string? Find()
    {
        try
        {
            if (ModelManifest.TryRead(folder) is not { } manifest || !manifest.IsKept(folder))
                return null;
            Touch();
            return Path.Combine(folder, manifest.Main);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>As <see cref="ModelCache.Add"/>.</summary>
    public string Add(Func<string, string> write, CancellationToken cancellationToken)
    {
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
            foreach (var file in manifest.Files)
            {
                var target = Path.Combine(folder, file.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(Path.Combine(work, file.Name), target, overwrite: true);
            }

            manifest.Write(Path.Combine(work, ModelManifest.FileName));
            File.Move(Path.Combine(work, ModelManifest.FileName), _manifest, overwrite: true);
            return Path.Combine(folder, main);
        }
        finally
        {
            Delete(work);
        }
    }

    /// <summary>What is there, as its manifest says; null if it has none.</summary>
    public CachedModel? Describe()
    {
        try
        {
            return ModelManifest.TryRead(folder) is { } manifest
                ? new(Path.Combine(folder, manifest.Main), manifest.Files.Sum(file => file.Length), File.GetLastWriteTimeUtc(_manifest))
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the folder, unless somebody is writing into it.</summary>
    /// <param name="age">How old it must be where nobody can tell.</param>
    public void Remove(TimeSpan age)
    {
        try
        {
            using var turn = FolderLock.TryAcquire(folder);
            if (turn is null && (!OperatingSystem.IsWindows() || DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) < age))
                return;
            Empty();
            Directory.Delete(folder, recursive: true);
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

    private static void Delete(string work)
    {
        try
        {
            Directory.Delete(work, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Whoever writes the model next removes it.
        }
    }
}
