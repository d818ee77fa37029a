namespace CompressTasks.IO;

/// <summary>A new folder among the system's temporary ones. It goes, with all that is in it, when it is disposed.</summary>
/// <param name="prefix">What its name begins with.</param>
internal sealed class TemporaryFolder(string prefix) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory(prefix);

    public string FullName => _folder.FullName;

    // What cannot be deleted is the system's to clean up: disposal must not fail, nor take the place of the error that led to it.
    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
