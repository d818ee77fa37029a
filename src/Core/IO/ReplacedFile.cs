using System.Text;

namespace CompressTasks.IO;

/// <summary>
/// A file that is written under a temporary name beside its place, which it takes when it is whole; until then a file that was there stays as it is.
/// </summary>
internal sealed class ReplacedFile : IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int LongestName = 255;

    private readonly string _path;
    private bool _isCommitted;

    /// <param name="path">The place. Its folder must exist.</param>
    /// <exception cref="IOException">The temporary file cannot be made.</exception>
    public ReplacedFile(string path)
    {
        _path = path;
        TemporaryPath = TemporaryPathFor(path);
        Stream = new FileStream(TemporaryPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BufferSize);
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
    public static void Write(string path, string text)
    {
        using var file = Begin(path, text);
        file.Commit(overwrite: true);
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
    public void Commit(bool overwrite)
    {
        Stream.Dispose();
#if NET
        File.Move(TemporaryPath, _path, overwrite);
#else
        if (overwrite)
            File.Delete(_path);
        File.Move(TemporaryPath, _path);
#endif
        _isCommitted = true;
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        if (_isCommitted)
            return;
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
