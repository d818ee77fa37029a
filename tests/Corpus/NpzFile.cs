using System.IO.Compression;

namespace CompressTasks.Corpus;

/// <summary>NumPy's <c>.npz</c>: a ZIP archive with one <c>.npy</c> per array.</summary>
public sealed class NpzFile
{
    private readonly Dictionary<string, NpyArray> _arrays;
    private readonly string _path;

    private NpzFile(string path, Dictionary<string, NpyArray> arrays)
    {
        _path = path;
        _arrays = arrays;
    }

    /// <summary>The names of the arrays.</summary>
    public IReadOnlyCollection<string> Names => _arrays.Keys;

    /// <summary>The array with that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public NpyArray this[string name] =>
        _arrays.TryGetValue(name, out var array)
            ? array
            : throw new KeyNotFoundException($"{_path} has no array '{name}'; it has {string.Join(", ", _arrays.Keys)}.");

    /// <summary>Reads all arrays of a file.</summary>
    /// <exception cref="InvalidDataException">It is no ZIP archive, or an array in it cannot be read; the message names it.</exception>
    public static NpzFile Read(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        var arrays = new Dictionary<string, NpyArray>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            try
            {
                arrays.Add(Path.GetFileNameWithoutExtension(entry.Name), NpyArray.Parse(bytes.ToArray()));
            }
            catch (InvalidDataException exception)
            {
                throw new InvalidDataException($"{path}: {entry.FullName}: {exception.Message}", exception);
            }
        }

        return new NpzFile(path, arrays);
    }
}
