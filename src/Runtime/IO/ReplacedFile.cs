using System.Text;

namespace CompressTasks.IO;

/// <summary>
/// A file that is written under a temporary name beside its place, which it takes when it is whole; until then a file that was there stays as it is.
/// </summary>
internal sealed class ReplacedFile : IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int LongestName = 255;

    private static readonly TimeSpan _justMade = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly FileStream _holder;
    private bool _isCommitted;

    /// <param name="path">The place. Its folder must exist.</param>
    /// <exception cref="IOException">The temporary file cannot be made.</exception>
    public ReplacedFile(string path)
    {
        _path = path;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"there is no folder '{folder}' to write '{Path.GetFileName(path)}' into; make it, or choose another");
        TemporaryPath = TemporaryPathFor(path);
        Stream = new FileStream(TemporaryPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BufferSize);
        try
        {
            // So does .NET take a file of which the system does not say where it is in it; whoever writes would be told that this cannot be done.
            if (!Stream.CanSeek)
                throw new IOException($"'{Path.GetFileName(path)}' cannot be written at any place");
            _holder = Hold(TemporaryPath);
        }
        catch
        {
            Stream.Dispose();
            Remove(TemporaryPath);
            throw;
        }
    }

    /// <summary>Where the file is until it is whole.</summary>
    public string TemporaryPath { get; }

    /// <summary>Takes the file's bytes.</summary>
    public FileStream Stream { get; }

    /// <summary>A new name beside a file, and like it as far as file systems allow: they take 255 bytes.</summary>
    public static string TemporaryPathFor(string path)
    {
        var suffix = $".{Path.GetRandomFileName()}.tmp";
        var name = Path.GetFileName(path);
        while (Encoding.UTF8.GetByteCount(name) > LongestName - suffix.Length)
            name = name.Substring(0, name.Length - (name.Length > 1 && char.IsLowSurrogate(name[name.Length - 1]) ? 2 : 1));
        return Path.Combine(Path.GetDirectoryName(path) ?? "", name + suffix);
    }

    /// <summary>Writes a text in UTF-8.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string text, CancellationToken cancellationToken = default)
    {
        using var file = Begin(path, text);
        file.Commit(overwrite: true, cancellationToken);
    }

    /// <summary>Writes a text in UTF-8 that is to be committed.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static ReplacedFile Begin(string path, string text)
    {
        var file = new ReplacedFile(path);
        try
        {
            var bytes = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text);
            file.Stream.Write(bytes, 0, bytes.Length);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Puts the file into its place.</summary>
    /// <param name="overwrite">Whether one may be there.</param>
    /// <exception cref="IOException">The file cannot be written to its end, or the one in its place not be replaced.</exception>
    public void Commit(bool overwrite, CancellationToken cancellationToken = default)
    {
        Stream.Dispose();
#if NET
        var swap = new FileSwap();
        AddTo(swap, refers: false);
        swap.Commit(overwrite, cancellationToken);
#else
        cancellationToken.ThrowIfCancellationRequested();
        if (overwrite)
            File.Delete(_path);
        File.Move(TemporaryPath, _path);
#endif
        Committed();
    }

#if NET
    /// <summary>Ends the file, which takes its place with the others of a swap; <see cref="Committed"/> is to be said after it.</summary>
    /// <exception cref="IOException">The file cannot be written to its end.</exception>
    public void AddTo(FileSwap swap, bool refers)
    {
        Stream.Dispose();
        swap.Add(TemporaryPath, _path, refers);
    }
#endif

    /// <summary>The file is in its place.</summary>
    public void Committed()
    {
        _isCommitted = true;
        _holder.Dispose();
    }

    /// <summary>Keeps a temporary file from being taken for one that a dead process has left, as long as the stream is open.</summary>
    public static FileStream Hold(string temporaryPath) =>
        new(temporaryPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);

    /// <summary>
    /// Removes what processes that were killed have left of a file of this name. The system's lock on a file ends with its process: one that is locked, or
    /// was made just now, stays.
    /// </summary>
    public static void RemoveLeftovers(string path)
    {
        try
        {
            var begin = Path.GetFileName(Path.ChangeExtension(Path.ChangeExtension(Path.ChangeExtension(TemporaryPathFor(path), null), null), null)) + ".";
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!))
            {
                var name = Path.GetFileName(file);
                if (name.StartsWith(begin, StringComparison.Ordinal) && IsSuffix(name.Substring(begin.Length))
                    && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > _justMade)
                    RemoveUnlessHeld(file);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It can wait.
        }
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        if (_isCommitted)
            return;
        _holder.Dispose();
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // The last bytes do not fit on the disk. The file is handled as closed, and goes.
        }

        Remove(TemporaryPath);
    }

    private static void RemoveUnlessHeld(string file)
    {
        try
        {
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
            }

            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody is writing it.
        }
    }

    /// <summary>Whether this is what temporary names end in, once or, where such a file has one of its own, twice: eight characters, three, and tmp.</summary>
    private static bool IsSuffix(string end)
    {
        var parts = end.Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 3 == 2 ? parts[i] != "tmp" : parts[i].Length != (i % 3 == 0 ? 8 : 3))
                return false;
        }

        return parts.Length is 3 or 6;
    }

    /// <summary>Removes a file that is not needed any more. Where that fails, it must not take the place of the error that led to it.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
