using CompressTasks.IO;

namespace CompressTasks.Tool.Receipts;

/// <summary>
/// The list of what runs with one receipt have made, whether they passed or not: the next one removes what it does not make itself. The list lies
/// beside the receipt, in its format. A file that somebody has changed since is nobody's but theirs.
/// </summary>
internal sealed class RunOutputs
{
    private const string Extension = ".outputs";
    private const string Report = ".report.";

    private readonly string _path;
    private readonly string _folder;
    private readonly Dictionary<string, FileStamp> _earlier;

    private RunOutputs(string path, string folder, Dictionary<string, FileStamp> earlier) => (_path, _folder, _earlier) = (path, folder, earlier);

    /// <param name="receiptPath">The receipt, before a run removes it: that of a version without lists has its outputs too.</param>
    /// <exception cref="Diagnostics.CompressException">CT5002: the receipt or the list cannot be read.</exception>
    public static RunOutputs Of(string receiptPath)
    {
        var receipt = Path.GetFullPath(receiptPath);
        var folder = Path.GetDirectoryName(receipt)!;
        LocatedErrors.At(receipt, () => DiskFile.Require(receipt));
        var list = LocatedErrors.At(receipt + Extension, () => Receipt.Read(receipt + Extension))
            ?? LocatedErrors.At(receipt, () => Receipt.Read(receipt));
        var earlier = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
        foreach (var file in list?.Files.Where(file => file.Role == ReceiptRole.Output && IsName(file.Path)) ?? [])
            earlier[Path.GetFullPath(file.Path, folder)] = file.Stamp;
        return new(receipt + Extension, folder, earlier);
    }

    /// <summary>The reports of earlier runs that may be there still.</summary>
    public IEnumerable<string> Reports => _earlier.Keys.Where(IsReport);

    /// <summary>Removes the reports: whatever becomes of this run, they are of another.</summary>
    public void RemoveReports()
    {
        foreach (var path in Reports)
            Remove(path);
    }

    /// <summary>Says what the run is going to write, so that it can be told from files of the user's even if it does not come to its end.</summary>
    /// <exception cref="Diagnostics.CompressException">CT5002: the list cannot be written.</exception>
    public void Begin(IEnumerable<string> planned, CancellationToken cancellationToken)
    {
        foreach (var path in planned.Select(Path.GetFullPath).Where(path => !IsModel(path) && (!File.Exists(path) || IsOurs(path))))
            _earlier[path] = FileStamp.Unknown;
        Write(_earlier, cancellationToken);
    }

    /// <summary>Removes what earlier runs have made and this one has not.</summary>
    /// <param name="made">What this run has made.</param>
    /// <param name="read">What it has read: the runnable model of one run may be the model of the next.</param>
    /// <param name="cancellationToken">Stops before the list is written.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="Diagnostics.CompressException">CT5002: the list cannot be written.</exception>
    public void End(IEnumerable<string> made, IEnumerable<string> read, CancellationToken cancellationToken)
    {
        var outputs = made.Select(Path.GetFullPath).Distinct().ToDictionary(path => path, FileStamp.Of, StringComparer.Ordinal);
        foreach (var path in _earlier.Keys.Except(outputs.Keys).Except(read.Select(Path.GetFullPath)))
        {
            // What is in use today goes another time.
            if (!Remove(path))
                outputs.Add(path, _earlier[path]);
        }

        Write(outputs, cancellationToken);
    }

    /// <summary>Whether a run may have made it: whoever writes lists of his own has nothing else removed.</summary>
    private static bool IsName(string path) =>
        !path.Contains('\0', StringComparison.Ordinal) && (IsArtifact(path) || IsModel(path) || IsReport(path) || IsRecord(path));

    private static bool IsRecord(string path) =>
        path.EndsWith(".onnxz.record", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".onnx.record", StringComparison.OrdinalIgnoreCase);

    private static bool IsArtifact(string path) => path.EndsWith(".onnxz", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// A runnable model, or its external data. Users have such files too: they are removed only when they are what a run has written.
    /// </summary>
    private static bool IsModel(string path) =>
        path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".onnx.data", StringComparison.OrdinalIgnoreCase);

    private static bool IsReport(string path) =>
        Path.GetFileName(path).Contains(Report, StringComparison.Ordinal) && !IsArtifact(path) && !IsModel(path);

    private bool IsOurs(string path)
    {
        var file = new FileInfo(path);
        return _earlier.TryGetValue(path, out var stamp) && file.Exists
            && (stamp.Length < 0 ? !IsModel(path) : stamp.Compare(file) is not null);
    }

    private bool Remove(string path)
    {
        try
        {
            if (IsOurs(path))
                File.Delete(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Write(Dictionary<string, FileStamp> outputs, CancellationToken cancellationToken)
    {
        var files = outputs.OrderBy(output => output.Key, StringComparer.Ordinal)
            .Select(output => new ReceiptFile(ReceiptRole.Output, Path.GetRelativePath(_folder, output.Key).Replace('\\', '/'), output.Value));
        LocatedErrors.At(_path, () =>
        {
            Directory.CreateDirectory(_folder);
            new Receipt([.. files], [], "", []).Write(_path, cancellationToken);
        });
    }
}
