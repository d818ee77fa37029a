namespace CompressTasks.IO;

/// <summary>
/// A new folder among the system's temporary ones. It goes, with all that is in it, when it is disposed; if its process is killed, when another process
/// makes one of the same kind. On Windows it then stays.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string New = "compresstasks-new-";

    private static readonly TimeSpan _justMade = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder;

    /// <summary>Of the folder around it, in which nobody else exchanges files. The system gives it back when the process ends.</summary>
    private readonly FolderLock? _lock;

    /// <param name="kind">A word of its name. No other folders may have it: those that nobody holds are removed.</param>
    /// <exception cref="IOException">There is no folder for temporary files, or it cannot be written to.</exception>
    public TemporaryFolder(string kind)
    {
        var prefix = $"compresstasks-{kind}-";
        _folder = Directory.CreateTempSubdirectory(New);
        _lock = FolderLock.TryAcquire(_folder.FullName);

        // Nobody sees it under this name without its lock.
        _folder.MoveTo(Path.Combine(_folder.Parent!.FullName, $"{prefix}{_folder.Name.AsSpan(New.Length)}"));
        FullName = _folder.CreateSubdirectory("files").FullName;
        RemoveLeftovers(prefix);
    }

    public string FullName { get; }

    // What cannot be deleted is the system's to clean up: disposal must not fail, nor take the place of the error that led to it.
    public void Dispose()
    {
        Remove(_folder);
        _lock?.Dispose();
    }

    private void RemoveLeftovers(string prefix)
    {
        try
        {
            foreach (var folder in _folder.Parent!.EnumerateDirectories($"{prefix}*").Where(folder => DateTime.UtcNow - folder.LastWriteTimeUtc > _justMade))
            {
                using var held = FolderLock.TryAcquire(folder.FullName);
                if (held is not null)
                    Remove(folder);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
