using System.Runtime.InteropServices;
using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.IO;
using Microsoft.Win32.SafeHandles;

namespace CompressTasks.Calibration;

/// <summary>
/// Moments and couplings that do not fit into memory together, in a temporary file; those of rows panel by panel, in the order in which coding asks
/// for them. The file is made at first use, and goes when this is disposed.
/// </summary>
internal sealed class CouplingFile : IDisposable
{
    private readonly Lock _lock = new();
    private TemporaryFolder? _folder;
    private SafeFileHandle? _file;
    private long _length;

    /// <summary>Writes couplings.</summary>
    /// <param name="rows">K.</param>
    /// <param name="runLength">Rows of a run; the last one may be shorter.</param>
    /// <param name="matrices">For each group, for each run: a square matrix, row-major, whose part below the diagonal is used.</param>
    /// <returns>Opens them: each reader has one panel in memory.</returns>
    /// <exception cref="Diagnostics.CompressException">CT3090: the file cannot be written.</exception>
    public Func<RowCouplings> Add(int rows, int runLength, IReadOnlyList<double[][]> matrices)
    {
        // The reader must not know the matrices: they go when they are written.
        var groups = matrices.Count;
        var layout = new PanelLayout(rows, runLength, groups);
        var start = Interlocked.Add(ref _length, layout.Bytes) - layout.Bytes;
        try
        {
            var file = Open();
            foreach (var panel in layout.Panels())
                RandomAccess.Write(file, MemoryMarshal.AsBytes<double>(layout.Cut(panel, matrices)), start + layout.OffsetOf(panel));
            return () => new(rows, runLength, groups, new Reader(file, start, layout).Of);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileDiagnostics.NoTemporaryFile(error);
        }
    }

    /// <summary>Writes arrays.</summary>
    /// <returns>Reads them, all at once.</returns>
    /// <exception cref="Diagnostics.CompressException">CT3090: the file cannot be written.</exception>
    public Func<T[][]> Add<T>(T[][] arrays)
        where T : unmanaged
    {
        int[] lengths = [.. arrays.Select(array => array.Length)];
        var bytes = lengths.Sum(length => (long)length * Marshal.SizeOf<T>());
        var start = Interlocked.Add(ref _length, bytes) - bytes;
        try
        {
            var (file, at) = (Open(), start);
            foreach (var array in arrays)
            {
                RandomAccess.Write(file, MemoryMarshal.AsBytes(array.AsSpan()), at);
                at += (long)array.Length * Marshal.SizeOf<T>();
            }

            return () => Read<T>(file, start, lengths);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileDiagnostics.NoTemporaryFile(error);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _folder?.Dispose();
    }

    private SafeFileHandle Open()
    {
        lock (_lock)
        {
            _folder ??= new TemporaryFolder("moments");
            return _file ??= File.OpenHandle(Path.Combine(_folder.FullName, "couplings"), FileMode.CreateNew, FileAccess.ReadWrite);
        }
    }

    private static T[][] Read<T>(SafeFileHandle file, long at, int[] lengths)
        where T : unmanaged
    {
        var arrays = new T[lengths.Length][];
        for (var i = 0; i < lengths.Length; i++)
        {
            arrays[i] = new T[lengths[i]];
            Fill(file, MemoryMarshal.AsBytes(arrays[i].AsSpan()), at);
            at += (long)lengths[i] * Marshal.SizeOf<T>();
        }

        return arrays;
    }

    private static void Fill(SafeFileHandle file, Span<byte> bytes, long at)
    {
        for (var read = 0; read < bytes.Length;)
        {
            var count = RandomAccess.Read(file, bytes[read..], at + read);
            read += count > 0 ? count : throw new EndOfStreamException();
        }
    }

    private sealed class Reader(SafeFileHandle file, long start, PanelLayout layout)
    {
        private double[] _values = [];
        private (int Run, int Index) _panel = (-1, -1);

        public ReadOnlySpan<double> Of(int group, int row, int first, int end)
        {
            var panel = layout.PanelOf(row);
            if (panel != _panel)
                Read(panel);
            return _values.AsSpan(layout.Within(panel, group, row, first), end - first);
        }

        private void Read((int Run, int Index) panel)
        {
            var length = layout.LengthOf(panel);
            if (_values.Length < length)
                _values = new double[length];
            Fill(file, MemoryMarshal.AsBytes(_values.AsSpan(0, length)), start + layout.OffsetOf(panel));
            _panel = panel;
        }
    }
}
