using CompressTasks.Diagnostics;
using CompressTasks.IO;

namespace CompressTasks.Tool;

/// <summary>Says of which file an error of the system is: its own message need not.</summary>
internal static class LocatedErrors
{
    /// <exception cref="CompressException">CT5002, at the path.</exception>
    public static T At<T>(string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CompressException(ToolDiagnostics.InputOutput(error.Message, (error as FileNotWrittenException)?.Path ?? path), error);
        }
    }

    /// <inheritdoc cref="At{T}(string, Func{T})"/>
    public static void At(string path, Action use) => At(path, () =>
    {
        use();
        return true;
    });
}
