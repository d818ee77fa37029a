using System.IO.MemoryMappedFiles;
using CompressTasks.Benchmarks.Fuzz.Engine;

namespace CompressTasks.Benchmarks.Fuzz.Processes;

/// <summary>
/// A file that is mapped, with the input that a worker is reading: whatever becomes of the worker, it is there. How many there were, the input's
/// length plus one, or zero between inputs, and the input.
/// </summary>
internal sealed unsafe class WorkerState : IInputWatch, IDisposable
{
    private const int LengthAt = sizeof(long);
    private const int InputAt = LengthAt + sizeof(long);
    private const int Capacity = 1 << 17;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    public WorkerState(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, Capacity);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>Inputs that were begun.</summary>
    public long Count => Volatile.Read(ref *(long*)_start);

    public bool IsReading => Volatile.Read(ref *(long*)(_start + LengthAt)) != 0;

    /// <summary>The input that is being read.</summary>
    public byte[] Input => [.. new ReadOnlySpan<byte>(_start + InputAt, (int)Math.Max(0, *(long*)(_start + LengthAt) - 1))];

    public void Begin(ReadOnlySpan<byte> input)
    {
        input.CopyTo(new Span<byte>(_start + InputAt, Capacity - InputAt));
        Volatile.Write(ref *(long*)_start, Count + 1);
        Volatile.Write(ref *(long*)(_start + LengthAt), input.Length + 1);
    }

    public void End() => Volatile.Write(ref *(long*)(_start + LengthAt), 0);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
