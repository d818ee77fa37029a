namespace CompressTasks.Tool.Receipts;

/// <summary>Keeps the receipt of one run. Starting it removes the last run's receipt, so that a run that fails leaves none.</summary>
internal sealed class ReceiptRecorder
{
    private readonly string _path;
    private readonly string _spec;
    private readonly DateTime _started;
    private readonly ReceiptFolders _folders;
    private readonly List<ReceiptGlob> _globs;
    private readonly string _key;

    private ReceiptRecorder(string path, string spec, IEnumerable<string> globs, DateTime started, string key)
    {
        _path = path;
        _key = key;
        _spec = spec;
        _started = started;
        _folders = new ReceiptFolders(AppContext.BaseDirectory, Path.GetDirectoryName(spec)!, Path.GetDirectoryName(path)!);
        _globs = [.. globs.Distinct().Select(g => new ReceiptGlob(g, GlobListing.Digest(_folders.Spec, g)))];
    }

    /// <summary>To be called before the models are searched, so that a file that appears meanwhile counts as new.</summary>
    /// <param name="path">Where the receipt will be; the outputs are recorded relative to its folder.</param>
    /// <param name="spec">The spec's path.</param>
    /// <param name="globs">The spec's patterns that find models and samples, relative to its folder.</param>
    /// <param name="started">When the run began, UTC, before it read anything.</param>
    /// <param name="key">What else the result depends on, in the words of the caller.</param>
    /// <exception cref="IOException">The old receipt cannot be removed, or a folder cannot be searched.</exception>
    public static ReceiptRecorder Start(string path, string spec, IEnumerable<string> globs, DateTime started, string key = "")
    {
        var fullPath = Path.GetFullPath(path);
        if (File.Exists(fullPath))
            LocatedErrors.At(fullPath, () => File.Delete(fullPath));
        return new ReceiptRecorder(fullPath, Path.GetFullPath(spec), globs, started, key);
    }

    /// <summary>Writes the receipt. To be called only when every model has passed its gate.</summary>
    /// <param name="models">Models and their external data.</param>
    /// <param name="inputs">Every file beside the spec that was read, the models among them.</param>
    /// <param name="outputs">Artifacts and reports.</param>
    /// <param name="warnings">What the run had to say.</param>
    /// <exception cref="IOException">A file cannot be read, or the receipt cannot be written.</exception>
    public void Write(IEnumerable<string> models, IEnumerable<string> inputs, IEnumerable<string> outputs,
        IEnumerable<Diagnostics.Diagnostic> warnings, CancellationToken cancellationToken)
    {
        var modelPaths = Ordered(models).ToList();
        var files = ToolFiles().Select(f => Record(ReceiptRole.Tool, f))
            .Append(RecordInput(ReceiptRole.Spec, _spec))
            .Concat(modelPaths.Select(f => RecordInput(ReceiptRole.Model, f)))
            .Concat(Ordered(inputs).Except(modelPaths).Select(f => RecordInput(ReceiptRole.Input, f)))
            .Concat(Ordered(outputs).Select(f => Record(ReceiptRole.Output, f)))
            .ToList();
        LocatedErrors.At(_path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            new Receipt(files, _globs, _key, [.. warnings.Select(ToReceipt)]).Write(_path, cancellationToken);
        });
    }

    private ReceiptWarning ToReceipt(Diagnostics.Diagnostic warning) => new(
        warning.Code,
        warning.Location is { } at ? Relative(ReceiptRole.Spec, Path.GetFullPath(at.File)) : "",
        warning.Location?.Line ?? 0,
        warning.Location?.Column ?? 0,
        warning.Message);

    private static IEnumerable<string> Ordered(IEnumerable<string> paths) => paths.Select(Path.GetFullPath).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The dependencies' versions are in the .deps.json file.</summary>
    private static IEnumerable<string> ToolFiles()
    {
        var tool = typeof(ReceiptRecorder).Assembly.GetName().Name;
        Type[] libraries = [typeof(Compression.Compressor), typeof(Runtime.CompressedModel), typeof(Media.ImageDecoder)];
        return new[] { $"{tool}.dll", $"{tool}.deps.json" }.Concat(libraries.Select(type => $"{type.Assembly.GetName().Name}.dll"))
            .Select(name => Path.Combine(AppContext.BaseDirectory, name))
            .Where(File.Exists);
    }

    /// <summary>Of a file that was written to after the run began, nobody knows which content was used.</summary>
    private ReceiptFile RecordInput(ReceiptRole role, string path) => Record(role, path, File.GetLastWriteTimeUtc(path) >= _started);

    private ReceiptFile Record(ReceiptRole role, string path, bool changed = false) =>
        new(role, Relative(role, path), changed ? FileStamp.Unknown : FileStamp.Of(path));

    private string Relative(ReceiptRole role, string path) => Path.GetRelativePath(_folders.Folder(role), path).Replace('\\', '/');
}
