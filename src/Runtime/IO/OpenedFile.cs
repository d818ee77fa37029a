using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CompressTasks.IO;

/// <summary>
/// A file that is open for reading. It is never mapped: where somebody cuts off a mapped file, touching what is gone ends the process. What is
/// needed at random is loaded into memory, the rest is read when it is asked for.
/// </summary>
internal sealed unsafe class OpenedFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly DateTime _written;
    private byte* _memory;
    private bool _disposed;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public OpenedFile(string path)
    {
        Path = path;
        DiskFile.Require(path);
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            Length = RandomAccess.GetLength(_handle);
            _written = File.GetLastWriteTimeUtc(_handle);
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    ~OpenedFile() => Free();

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    public long Length { get; }

    /// <summary>All bytes of a file below 2 GiB that was loaded; zeros where it was not. Valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _memory is null && Length > 0 ? throw new InvalidOperationException("The file was not loaded.")
                : new ReadOnlySpan<byte>(_memory, checked((int)Length));
        }
    }

    /// <summary>Loads the file into memory, but for some parts, for which none is taken.</summary>
    /// <param name="except">Parts that do not overlap, in their order.</param>
    /// <exception cref="IOException">The file cannot be read, or has changed.</exception>
    public void Load(IEnumerable<(long Offset, long Length)> except)
    {
        // The system gives pages when they are touched.
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)Length);
        var position = 0L;
        foreach (var (offset, length) in except.Append((Length, 0)))
        {
            Read(position, new Span<byte>(_memory + position, checked((int)(offset - position))));
            position = offset + length;
        }
    }

    /// <summary>Some bytes of a file that was loaded. Valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Slice(int offset, int length) => Bytes.Slice(offset, length);

    /// <summary>Copies some bytes from the file.</summary>
    /// <exception cref="IOException">The file cannot be read, or has become shorter.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - destination.Length);
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(_handle, destination, offset);
            if (read == 0)
                throw Changed();
            offset += read;
            destination = destination[read..];
        }
    }

    /// <summary>Makes sure that nobody has written to the file since it was opened, as far as its length and time tell.</summary>
    /// <exception cref="IOException">The file has changed.</exception>
    public void RequireUnchanged()
    {
        if (!IsAsOpened(_handle))
            throw Changed();
    }

    /// <summary>Makes sure, in addition, that there is no other file in its place.</summary>
    /// <exception cref="IOException">The file has changed.</exception>
    public void RequireInPlace()
    {
        RequireUnchanged();
        try
        {
            using var there = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (IsAsOpened(there))
                return;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is gone.
        }

        throw Changed();
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _handle.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private bool IsAsOpened(SafeFileHandle handle) => RandomAccess.GetLength(handle) == Length && File.GetLastWriteTimeUtc(handle) == _written;

    private IOException Changed() => new($"'{System.IO.Path.GetFileName(Path)}' has changed while it was read; try again when nothing writes to it.");

    private void Free()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
