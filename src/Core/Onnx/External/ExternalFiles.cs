using CompressTasks.IO;

namespace CompressTasks.Onnx.External;

/// <summary>The external data files of one model, in the order of their first use.</summary>
internal sealed class ExternalFiles(string modelPath) : IDisposable
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<OpenedFile> _files = [];
    private readonly List<string> _names = [];

    public IReadOnlyList<OpenedFile> Files => _files;

    public IReadOnlyList<string> Names => _names;

    /// <summary>Opens a file, once.</summary>
    /// <returns>Its index.</returns>
    /// <exception cref="Diagnostics.CompressException">The location is not allowed, or the file cannot be read.</exception>
    public int Open(string location, string weight)
    {
        var name = ExternalLocation.Normalize(modelPath, location);
        if (_indices.TryGetValue(name, out var index))
            return index;
        if (name == Path.GetFileName(modelPath))
            throw ModelDiagnostics.ExternalLocationUnsafe(modelPath, location, "is the model file itself");
        try
        {
            var path = ExternalLocation.Resolve(modelPath, name);
            if (!File.Exists(path))
                throw ModelDiagnostics.ExternalFileMissing(modelPath, location, weight);
            _files.Add(new OpenedFile(path));
        }
        catch (FileNotFoundException)
        {
            // A link to a file that is not there exists itself.
            throw ModelDiagnostics.ExternalFileMissing(modelPath, location, weight);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ModelDiagnostics.CannotBeRead(location, error);
        }

        _names.Add(name);
        return _indices[name] = _names.Count - 1;
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }
}
