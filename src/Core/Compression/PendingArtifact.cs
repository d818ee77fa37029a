using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Reporting.Writers;

namespace CompressTasks.Compression;

/// <summary>
/// An artifact under another name, until it is known that it is to be: a run that ends with an error leaves what was there before as it was.
/// </summary>
/// <param name="artifactPath">Its place in the end.</param>
internal sealed class PendingArtifact(string artifactPath) : IDisposable
{
    private readonly List<(PendingArtifact File, bool Refers)> _beside = [];
    private readonly string _artifactPath = artifactPath;
    private FileStream? _holder;
    private bool _refers;

    /// <summary>Where it is written and read meanwhile: in the same folder, which need not exist yet.</summary>
    public string Path { get; } = ReplacedFile.TemporaryPathFor(artifactPath);

    /// <summary>Makes sure, before anything is coded, that files can be made in the folder of the artifact, or where it is to be made.</summary>
    /// <exception cref="CompressException">CT3013: they cannot.</exception>
    public void RequireWritable()
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        try
        {
            while (!Directory.Exists(folder) && System.IO.Path.GetDirectoryName(folder) is { } parent)
                folder = File.Exists(folder) ? throw new IOException($"'{folder}' is a file and not a folder") : parent;
            using var file = new FileStream(System.IO.Path.Combine(folder, System.IO.Path.GetFileName(Path)), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ArtifactDiagnostics.CannotBeWritten(Path, cause);
        }
    }

    /// <summary>It is written, and is to stay until it takes its place.</summary>
    public void Hold() => _holder = ReplacedFile.Hold(Path);

    /// <summary>Takes copies of a model's files: the main one, which refers to the others.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="artifactPath">The place of the main file; the others go beside it.</param>
    public void Bring(IReadOnlyList<string> files, string artifactPath)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(artifactPath))!;
        Directory.CreateDirectory(folder);
        foreach (var (index, file) in files.Index())
        {
            var target = index == 0 ? artifactPath : System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file));
            var copy = target == _artifactPath ? this : new PendingArtifact(target);
            var refers = index == 0 && files.Count > 1;
            if (copy == this)
                _refers = refers;
            else
                _beside.Add((copy, refers));
            File.Copy(file, copy.Path);
            copy.Hold();
        }
    }

    /// <summary>The places of the files that go beside the artifact.</summary>
    public IReadOnlyList<string> Beside => [.. _beside.Select(other => other.File._artifactPath)];

    /// <summary>What goes wrong with it is said of its place: nobody knows its other name.</summary>
    public T Naming<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (CompressException error) when (error.Diagnostics.Any(diagnostic => diagnostic.Location?.File == Path))
        {
            throw error.Diagnostics is [var only] ? new CompressException(Named(only), error)
                : new CompressException([.. error.Diagnostics.Select(Named)]);
        }
    }

    /// <summary>Puts the artifact into its place, and its reports with it.</summary>
    /// <exception cref="CompressException">CT3013: what is there cannot be replaced; it is still there.</exception>
    public void Commit(ReportFiles reports, FileSwap swap, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (file, refers) in _beside)
                swap.Add(file.Path, file._artifactPath, refers);
            swap.Add(Path, _artifactPath, _refers);
            reports.Commit(swap, cancellationToken);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ArtifactDiagnostics.CannotBeWritten(_artifactPath, cause);
        }
    }

    private Diagnostic Named(Diagnostic diagnostic) => diagnostic.Location is { } at && at.File == Path
        ? diagnostic with
        {
            Location = at with { File = _artifactPath },
            Message = diagnostic.Message.Replace(Path, _artifactPath, StringComparison.Ordinal),
        }
        : diagnostic;

    /// <summary>Removes what was not put into its place.</summary>
    public void Dispose()
    {
        foreach (var (file, _) in _beside)
            file.Dispose();
        _holder?.Dispose();
        ReplacedFile.Remove(Path);
    }
}
