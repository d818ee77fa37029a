namespace CompressTasks.IO;

/// <summary>Writes several files under temporary names, which all take their places when all are whole, or none.</summary>
internal sealed class FileTransaction : IDisposable
{
    private readonly IReadOnlyList<string> _targets;
    private readonly bool _overwrite;
    private readonly string _like;
    private readonly Dictionary<int, ReplacedFile> _files = [];
    private readonly Stack<string> _foldersMade = new();
    private bool _committed;

    /// <param name="targets">Full paths; the first one refers to the others.</param>
    /// <param name="overwrite">Whether targets may exist.</param>
    /// <param name="like">A file whose readers are those that the new ones may have.</param>
    /// <exception cref="Diagnostics.CompressException">A target is a folder, or exists and must not.</exception>
    /// <exception cref="IOException">A target is a link such as <c>/dev/stdout</c>, which would be replaced for everybody.</exception>
    public FileTransaction(IReadOnlyList<string> targets, bool overwrite, string like)
    {
        _targets = targets;
        _overwrite = overwrite;
        _like = like;
        if (targets.FirstOrDefault(Directory.Exists) is { } folder)
            throw FileDiagnostics.TargetIsFolder(folder);
        if (targets.FirstOrDefault(IsLinkToDevice) is { } device)
            throw new IOException($"'{Path.GetFileName(device)}' is a link to a device");
        if (!overwrite && targets.FirstOrDefault(Path.Exists) is { } existing)
            throw FileDiagnostics.TargetExists(existing);
    }

    /// <summary>Begins a file.</summary>
    /// <param name="index">Its place among the targets.</param>
    /// <returns>Takes the file's bytes; to be closed before the files are committed.</returns>
    public FileStream Create(int index)
    {
        var target = _targets[index];
        MakeFolder(Path.GetDirectoryName(target)!);
        var file = new ReplacedFile(target);
        _files[index] = file;
        return file.Stream;
    }

    /// <summary>Writes a file anew that has been written already, from what is in it.</summary>
    public void Rewrite(int index, Action<OpenedFile, Stream> rewrite)
    {
        using var before = _files[index];
        using var stream = Create(index);
        using var written = new OpenedFile(before.TemporaryPath);
        rewrite(written, stream);
    }

    /// <summary>Reads a file that has been written and is closed.</summary>
    public void Read(int index, Action<OpenedFile> read)
    {
        using var written = new OpenedFile(_files[index].TemporaryPath);
        read(written);
    }

    public void Commit(CancellationToken cancellationToken)
    {
        var swap = new FileSwap(_like);
        foreach (var (index, file) in _files)
            file.AddTo(swap, refers: index == 0 && _files.Count > 1);
        swap.Commit(_overwrite, cancellationToken);
        foreach (var file in _files.Values)
            file.Committed();
        _committed = true;
    }

    public void Dispose()
    {
        if (_committed)
            return;
        foreach (var file in _files.Values)
            file.Dispose();
        foreach (var folder in _foldersMade)
            RemoveIfEmpty(folder);
    }

    private static bool IsLinkToDevice(string path) => new FileInfo(path).LinkTarget is { } link
        && (link.StartsWith("/proc/", StringComparison.Ordinal) || link.StartsWith("/dev/", StringComparison.Ordinal));

    private static void RemoveIfEmpty(string folder)
    {
        try
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // An empty folder is left; what led here is worth more.
        }
    }

    private void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (Path.GetDirectoryName(folder) is { } parent)
            MakeFolder(parent);
        Directory.CreateDirectory(folder);
        _foldersMade.Push(folder);
    }
}
