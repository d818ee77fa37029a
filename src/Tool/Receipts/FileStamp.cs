namespace CompressTasks.Tool.Receipts;

/// <summary>
/// What a file was when a run read or wrote it. Compiled into the tool, which writes receipts, and into the MSBuild task, which reads them.
/// </summary>
internal sealed class FileStamp(long length, long writeTicks, string sha256)
{
    /// <summary>Length in bytes, or −1 when the content that was used is not known.</summary>
    public long Length { get; } = length;

    /// <summary>Time of the last write, UTC, in 100 ns ticks.</summary>
    public long WriteTicks { get; } = writeTicks;

    /// <summary>SHA-256 of the content, upper-case hexadecimal.</summary>
    public string Sha256 { get; } = sha256;

    /// <summary>Never equal to any file: for a file that changed while it was used.</summary>
    public static FileStamp Unknown { get; } = new(-1, 0, "-");

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks, Hash(file));
    }

    /// <summary>Hashes only what length and time stamp leave open.</summary>
    /// <returns>This stamp if the file is unchanged, a stamp with the new time if only that changed, or null if the content changed.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public FileStamp? Compare(FileInfo file)
    {
        if (file.Length != Length)
            return null;
        var ticks = file.LastWriteTimeUtc.Ticks;
        if (ticks == WriteTicks)
            return this;
        return Hash(file) == Sha256 ? new FileStamp(Length, ticks, Sha256) : null;
    }

    /// <summary>What has no length is not opened: it may be a pipe or a device, which never ends.</summary>
    private static string Hash(FileInfo file)
    {
        if (file.Length == 0)
            return Digest.Of("");
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Digest.Of(stream);
    }
}
