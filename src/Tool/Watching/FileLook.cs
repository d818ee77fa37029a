namespace CompressTasks.Tool.Watching;

/// <summary>The files that are there at one moment, by length and time of the last write.</summary>
/// <param name="files">By full path; what is not there has no entry.</param>
/// <param name="filesOfPrograms">Those that only a glob of a metric's inputs finds: its program may write there.</param>
internal sealed class FileLook(Dictionary<string, FileState> files, Dictionary<string, FileState> filesOfPrograms)
{
    public int Count => files.Count + filesOfPrograms.Count;

    /// <summary>
    /// What a change is seen against when a run is over: the files as they were before it, and those of programs as these have left them.
    /// </summary>
    public FileLook After(FileLook run) => new(files, run.FilesOfPrograms);

    private Dictionary<string, FileState> Files => files;

    private Dictionary<string, FileState> FilesOfPrograms => filesOfPrograms;

    /// <returns>The full paths of files that are new, gone or another, in ordinal order.</returns>
    public IReadOnlyList<string> ChangesSince(FileLook earlier) =>
        [.. Changes(earlier.Files, files).Concat(Changes(earlier.FilesOfPrograms, filesOfPrograms)).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Changes(Dictionary<string, FileState> from, Dictionary<string, FileState> to) =>
        from.Except(to).Concat(to.Except(from)).Select(entry => entry.Key);
}

/// <summary>What tells one content of a file from another.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="WriteTicks">Time of the last write, UTC, in 100 ns ticks.</param>
/// <param name="Target">Where a link ends; null for what is no link.</param>
internal readonly record struct FileState(long Length, long WriteTicks, string? Target)
{
    /// <returns>Null when there is no such file, or nobody may look.</returns>
    public static FileState? Of(string path)
    {
        try
        {
            // Of a link, times are its own: what it leads to changes without it.
            var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true) : null;
            var file = new FileInfo(target?.FullName ?? path);
            return file.Exists ? new(file.Length, file.LastWriteTimeUtc.Ticks, target?.FullName) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
