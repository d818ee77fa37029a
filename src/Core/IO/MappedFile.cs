using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace CompressTasks.IO;

/// <summary>A file's bytes, mapped into memory and never copied.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private readonly SafeFileHandle? _handle;
    private readonly DateTime _written;
    private bool _disposed;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public MappedFile(string path)
    {
        Path = path;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        Length = stream.Length;
        if (Length == 0)
        {
            // There is no mapping of nothing.
            stream.Dispose();
            return;
        }

        try
        {
            _handle = stream.SafeFileHandle;
            _written = File.GetLastWriteTimeUtc(_handle);
            _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }
        catch
        {
            _view?.Dispose();
            _map?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    public long Length { get; }

    /// <summary>All bytes of a file below 2 GiB. Valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Bytes => Slice(0, checked((int)Length));

    /// <summary>Some bytes. Valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>
    /// Copies some bytes. A file that has become shorter is an error here; where it is mapped, touching what is gone ends the process.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read, or has changed.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - destination.Length);
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(_handle!, destination, offset);
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
        if (_handle is not null && (RandomAccess.GetLength(_handle) != Length || File.GetLastWriteTimeUtc(_handle) != _written))
            throw Changed();
    }

    private IOException Changed() => new($"'{System.IO.Path.GetFileName(Path)}' has changed while it was read; try again when nothing writes to it.");

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _map?.Dispose();
    }
}
