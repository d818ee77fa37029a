using System.Runtime.InteropServices;

namespace CompressTasks.Runtime;

/// <summary>Zeroed memory that may be longer than an array can be, and that is given back the moment it is not needed any more.</summary>
internal sealed unsafe class UnmanagedBuffer : IDisposable
{
    private byte* _start;

    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public UnmanagedBuffer(long length)
    {
        Length = length;
        _start = (byte*)NativeMemory.AllocZeroed(checked((nuint)Math.Max(1, length)));
    }

    ~UnmanagedBuffer() => Free();

    public long Length { get; }

    public nint Address => (nint)_start;

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
        NativeMemory.Free(_start);
        _start = null;
    }
}
