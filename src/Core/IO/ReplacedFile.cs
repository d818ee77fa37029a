using System.Text;

namespace CompressTasks.IO;

/// <summary>
/// A file that is written under a temporary name beside its place, which it takes when it is whole; until then a file that was there stays as it is.
/// </summary>
internal sealed class ReplacedFile : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly string _path;
    private bool _isCommitted;

    /// <param name="path">The place. Its folder must exist.</param>
    /// <exception cref="IOException">The temporary file cannot be made.</exception>
    public ReplacedFile(string path)
    {
        _path = path;
        TemporaryPath = $"{path}.{Path.GetRandomFileName()}.tmp";
        Stream = new FileStream(TemporaryPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BufferSize);
    }

    /// <summary>Where the file is until it is whole.</summary>
    public string TemporaryPath { get; }

    /// <summary>Takes the file's bytes.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a text in UTF-8.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string text)
    {
        using var file = new ReplacedFile(path);
        var bytes = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text);
        file.Stream.Write(bytes, 0, bytes.Length);
        file.Commit(overwrite: true);
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

        File.Delete(TemporaryPath);
    }
}
