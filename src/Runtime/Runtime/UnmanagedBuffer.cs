using System.Runtime.InteropServices;

namespace CompressTasks.Runtime;

/// <summary>
/// Zeroed memory that may be longer than an array can be, and that is given back the moment it is not needed any more. It begins at a page, and its
/// pages take no memory before something is written to them.
/// </summary>
internal sealed unsafe class UnmanagedBuffer : IDisposable
{
    private const int Page = 4096;

    private void* _memory;
    private byte* _start;

    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public UnmanagedBuffer(long length)
    {
        // A system that promises more than it has would kill the process when it is written to; of a container, the runtime knows the limit.
        if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is > 0 and var available && length > available)
            throw new InsufficientMemoryException();
        Length = length;
        _memory = NativeMemory.AllocZeroed(checked((nuint)length + Page));
        _start = (byte*)_memory + Page - (int)((nuint)_memory % Page);
    }

    ~UnmanagedBuffer() => Free();

    public long Length { get; }

    public nint Address => (nint)_start;

    /// <summary>All of it, of a buffer that is no longer than an array can be.</summary>
    public Span<byte> All => Slice(0, checked((int)Length));

    /// <summary>A part, which must not be used after disposal.</summary>
    public Span<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        ObjectDisposedException.ThrowIf(_start is null, this);
        return new Span<byte>(_start + offset, length);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_memory);
        _memory = null;
        _start = null;
    }
}
