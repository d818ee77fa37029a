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
    private FileStream? _holder;

    /// <summary>Where it is written and read meanwhile: in the same folder, which need not exist yet.</summary>
    public string Path { get; } = ReplacedFile.TemporaryPathFor(artifactPath);

    /// <summary>It is written, and is to stay until it takes its place.</summary>
    public void Hold() => _holder = ReplacedFile.Hold(Path);

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
            swap.Add(Path, artifactPath, refers: false);
            reports.Commit(swap, cancellationToken);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ArtifactDiagnostics.CannotBeWritten(artifactPath, cause);
        }
    }

    private Diagnostic Named(Diagnostic diagnostic) => diagnostic.Location is { } at && at.File == Path
        ? diagnostic with
        {
            Location = at with { File = artifactPath },
            Message = diagnostic.Message.Replace(Path, artifactPath, StringComparison.Ordinal),
        }
        : diagnostic;

    /// <summary>Removes what was not put into its place.</summary>
    public void Dispose()
    {
        _holder?.Dispose();
        ReplacedFile.Remove(Path);
    }
}
