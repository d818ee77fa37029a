using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.IO;

namespace CompressTasks.Compression;

/// <summary>
/// An artifact under another name, until it is known that it is to be: a run that ends with an error leaves what was there before as it was.
/// </summary>
/// <param name="artifactPath">Its place in the end.</param>
internal sealed class PendingArtifact(string artifactPath) : IDisposable
{
    /// <summary>Where it is written and read meanwhile: in the same folder, which need not exist yet.</summary>
    public string Path { get; } = ReplacedFile.TemporaryPathFor(artifactPath);

    /// <summary>Puts the artifact into its place.</summary>
    /// <exception cref="CompressException">CT3013: what is there cannot be replaced.</exception>
    public void Commit()
    {
        try
        {
            File.Move(Path, artifactPath, overwrite: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ArtifactDiagnostics.CannotBeWritten(artifactPath, cause);
        }
    }

    /// <summary>Removes what was not put into its place.</summary>
    public void Dispose() => ReplacedFile.Remove(Path);
}
