using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Outputs.Samples;

/// <summary>
/// Writes samples for <c>gate.outputs</c> and calibration into an <c>.npz</c> file: a ZIP archive with one array in NumPy's format (NPY 1.0) for each
/// name. Samples are kept in temporary files beside it until <see cref="Save"/>, so that there may be more than memory holds. The same samples make
/// the same bytes.
/// </summary>
/// <remarks>
/// The samples of a name are stacked along a new first axis: a hundred of the shape <c>[3, 224, 224]</c> become an array
/// <c>[100, 3, 224, 224]</c>, which a model with an input <c>[batch, 3, 224, 224]</c> takes in batches, and a hundred of
/// <c>[1, 3, 224, 224]</c> an array with one axis more, each entry of which is a run of its own. Not for several threads at once.
/// </remarks>
public sealed class SampleWriter : IDisposable
{
    /// <summary>The first that a ZIP archive can tell.</summary>
    private static readonly DateTimeOffset _anyTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _path;
    private readonly List<SpooledArray> _arrays = [];
    private bool _isSaved;
    private bool _isDisposed;

    /// <summary>Begins a file. It takes its place, and that of a file of this name, by <see cref="Save"/>.</summary>
    /// <param name="path">Usually ends in <c>.npz</c>, by which specs know it. The folder must exist.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public SampleWriter(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = Path.GetFullPath(path);
    }

    /// <summary>Adds a sample of an input, or its labels.</summary>
    /// <typeparam name="T">
    /// <see cref="float"/>, <see cref="double"/>, <see cref="Half"/>, <see cref="bool"/>, or a whole number of 8 to 64 bits. It must be the type of
    /// the model's input.
    /// </typeparam>
    /// <param name="name">The model's name for the input, or that of the labels.</param>
    /// <param name="values">The elements in row-major order.</param>
    /// <param name="shape">The length of every axis; empty for a single value. All samples of a name have one shape.</param>
    /// <exception cref="ArgumentException">
    /// The name is empty, the type is none of these, there are more or fewer values than the shape says, or the type or shape is another than
    /// before.
    /// </exception>
    /// <exception cref="InvalidOperationException">The name is that of a constant, or the file has been saved.</exception>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The writer was disposed.</exception>
    public void Add<T>(string name, ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
        where T : unmanaged =>
        Add(name, values, shape, isConstant: false);

    /// <inheritdoc cref="Add{T}(string, ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public void Add<T>(string name, T[] values, ReadOnlySpan<long> shape)
        where T : unmanaged =>
        Add(name, Checked(values), shape, isConstant: false);

    /// <summary>Adds a sample that is a single value, such as a class.</summary>
    /// <inheritdoc cref="Add{T}(string, ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    /// <param name="name">The model's name for the input, or that of the labels.</param>
    /// <param name="value">The value.</param>
    public void Add<T>(string name, T value)
        where T : unmanaged =>
        Add(name, [value], [], isConstant: false);

    /// <summary>
    /// Adds an array that is stored as it is, without an axis for the samples: in sequences, what an input gets in all steps of all of them, or the
    /// state that all begin with.
    /// </summary>
    /// <exception cref="InvalidOperationException">The name has values already, or the file has been saved.</exception>
    /// <inheritdoc cref="Add{T}(string, ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public void AddConstant<T>(string name, ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
        where T : unmanaged =>
        Add(name, values, shape, isConstant: true);

    /// <inheritdoc cref="AddConstant{T}(string, ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public void AddConstant<T>(string name, T[] values, ReadOnlySpan<long> shape)
        where T : unmanaged =>
        Add(name, Checked(values), shape, isConstant: true);

    /// <summary>Adds a single value that is the same for all samples, such as a sampling rate; the model's input has no axes.</summary>
    /// <exception cref="InvalidOperationException">The name has values already, or the file has been saved.</exception>
    /// <inheritdoc cref="Add{T}(string, ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    /// <param name="name">The model's name for the input.</param>
    /// <param name="value">The value.</param>
    public void AddConstant<T>(string name, T value)
        where T : unmanaged =>
        Add(name, [value], [], isConstant: true);

    /// <summary>Puts the file into its place when it is whole, and replaces one that is there. Nothing can be added after it.</summary>
    /// <exception cref="InvalidOperationException">There are no samples, not as many of every name, or the file has been saved.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be.</exception>
    /// <exception cref="ObjectDisposedException">The writer was disposed.</exception>
    public void Save()
    {
        RequireOpen();
        if (_arrays.Count == 0)
            throw new InvalidOperationException("There are no samples to save: add some.");
        var counted = _arrays.Where(array => !array.IsConstant).ToList();
        if (counted.FirstOrDefault(array => array.Count != counted[0].Count) is { } other)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"There are {counted[0].Count} samples of \"{counted[0].Name}\" and {other.Count} of \"{other.Name}\": add as many of each."));
        using var file = new ReplacedFile(_path);
        using (var archive = new ZipArchive(file.Stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var array in _arrays)
            {
                var entry = archive.CreateEntry($"{array.Name}.npy", CompressionLevel.NoCompression);
                entry.LastWriteTime = _anyTime;
                using var stream = entry.Open();
                array.CopyTo(stream);
            }
        }

        file.Commit(overwrite: true);
        _isSaved = true;
    }

    /// <summary>Removes the temporary files. What was not saved is lost.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _arrays.ForEach(array => array.Dispose());
        _arrays.Clear();
    }

    private void Add<T>(string name, ReadOnlySpan<T> values, ReadOnlySpan<long> shape, bool isConstant)
        where T : unmanaged
    {
        RequireOpen();
        ArgumentException.ThrowIfNullOrEmpty(name);
        var type = TypeOf<T>();
        RequireCount(name, values.Length, shape);
        var array = _arrays.Find(candidate => candidate.Name == name);
        if (array is null)
        {
            array = new(name, type, shape.ToArray(), isConstant, $"{_path}.{Path.GetRandomFileName()}.tmp");
            _arrays.Add(array);
        }

        array.Add(type, MemoryMarshal.AsBytes(values), shape, isConstant);
    }

    private void RequireOpen()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isSaved)
            throw new InvalidOperationException($"{_path} has been saved; begin another file.");
    }

    private static void RequireCount(string name, int found, ReadOnlySpan<long> shape)
    {
        var product = Int128.One;
        foreach (var length in shape)
        {
            if (length < 0)
                throw new ArgumentException(
                    $"\"{name}\" is to have the shape {SpooledArray.Shown(shape)}: no axis is shorter than 0.", nameof(shape));

            // Beyond what an array can hold it is no matter how far.
            product = Int128.Min(product * length, long.MaxValue);
        }

        if (product != found)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"\"{name}\" got {found} values for the shape {SpooledArray.Shown(shape)}, which takes {product}."), nameof(shape));
    }

    private static ReadOnlySpan<T> Checked<T>(T[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values;
    }

    private static ElementType TypeOf<T>() =>
        typeof(T) == typeof(float) ? ElementType.Float
        : typeof(T) == typeof(double) ? ElementType.Double
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(bool) ? ElementType.Bool
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(short) ? ElementType.Int16
        : typeof(T) == typeof(ushort) ? ElementType.UInt16
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(uint) ? ElementType.UInt32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : throw new ArgumentException(
            $"Elements of {typeof(T).Name} cannot be in samples; numbers of 8 to 64 bits, Half, float, double and bool can.");
}
