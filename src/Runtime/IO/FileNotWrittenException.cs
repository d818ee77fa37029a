namespace CompressTasks.IO;

/// <summary>One of several files that cannot be put into its place.</summary>
/// <param name="path">Its place.</param>
/// <param name="cause">What the system says.</param>
internal sealed class FileNotWrittenException(string path, Exception cause) : IOException(cause.Message, cause)
{
    public string Path { get; } = path;
}
