using System.Globalization;
using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;

namespace CompressTasks.Runtime;

/// <summary>What can keep a whole artifact from being used (CT3201 and up).</summary>
internal static class RuntimeDiagnostics
{
    /// <summary>A missing file is what every .NET program expects, with what is known of it.</summary>
    public static FileNotFoundException NotFound(string path)
    {
        var cause = ArtifactDiagnostics.NotFound(path);
        return new FileNotFoundException(cause.Message, path, cause);
    }

    public static CompressException StreamTooLong(long length) =>
        Error("CT3201", "artifact in a stream",
            string.Create(CultureInfo.InvariantCulture,
                $"The stream has {length} bytes or more; {Array.MaxLength} are the most that can be opened from a stream. Open the artifact by its "
                    + $"path."));

    public static CompressException Refused(string path, Exception cause) =>
        Error("CT3202", path,
            $"ONNX Runtime refuses the decoded model: {cause.Message.TrimEnd('.')}. Open the original with the same session options: if it is "
                + $"refused too, register the custom operators or the execution provider that it needs, or update Microsoft.ML.OnnxRuntime; if "
                + $"not, please report it.", cause);

    public static CompressException NoOnnxRuntime(string path, Exception cause) =>
        Error("CT3203", path,
            $"The native library of ONNX Runtime cannot be loaded: {LoadFailure(cause)}. Reference the package Microsoft.ML.OnnxRuntime, or one "
                + $"for your execution provider, in the app itself, and publish for a platform that it supports.", cause);

    public static CompressException OutOfMemory(string path, long bytes, Exception cause) =>
        Error("CT3204", path,
            string.Create(CultureInfo.InvariantCulture,
                $"There is not enough memory to decode the model, {bytes} bytes, and to make a session of it. Give the process more memory, or "
                    + $"restore the model to a file and open that."), cause);

    public static CompressException NoMemoryToDecode(string path, long bytes, OutOfMemoryException cause) =>
        Error("CT3204", path,
            string.Create(CultureInfo.InvariantCulture, $"There is not enough memory to decode {bytes} bytes. Give the process more memory."), cause);

    public static CompressException NoTemporaryFolder(string path, Exception cause) =>
        Error("CT3205", path,
            $"The model has external data that ONNX Runtime can only read from files, and these cannot be written to the temporary folder: "
                + $"{cause.Message.TrimEnd('.')}. Make room there, set TMPDIR (TEMP on Windows) to another folder, or restore the model and open "
                + $"the file.", cause);

    public static CompressException OtherFiles(string path, string name) =>
        Error("CT3206", path,
            $"The model has external data, '{name}', and a stream or memory holds one file only. Open or restore the model by its path.");

    public static CompressException LargerThanCache(string path, ModelCache cache) =>
        Error("CT3207", path,
            string.Create(CultureInfo.InvariantCulture,
                $"The decoded model is larger than the cache '{cache.Folder}' may be, {cache.MaxBytes} bytes. Allow for more (MaxBytes), or restore the "
                    + $"model to a file."));

    public static CompressException CacheNotWritten(string path, ModelCache cache, Exception cause) =>
        Error("CT3208", path,
            $"The decoded model cannot be written to the cache '{cache.Folder}': {cause.Message.TrimEnd('.')}. Make room, use another folder, or "
                + $"restore the model to a file.", cause);

    public static CompressException ForeignFile(string path, string tensor, string? location) =>
        Error("CT3014", path,
            $"The tensor '{tensor}' of the model has its values in {(location is null ? "a file without a name" : $"the file '{location}'")}, which is not "
                + $"one of this artifact's. Do not use this artifact; compress the model again.");

    /// <summary>Whether ONNX Runtime's native library is missing, or is not one that its managed assembly can use.</summary>
    public static bool IsLoadFailure(Exception cause) =>
        cause is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException;

    /// <summary>The first sentence: what follows in the system's message are all the places that were tried.</summary>
    public static string LoadFailure(Exception cause) => Innermost(cause).Message.Split(". ", 2)[0].TrimEnd('.', '\r', '\n');

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;

    private static CompressException Error(string code, string path, string message, Exception? cause = null) =>
        new(new Diagnostic(code, Severity.Error, message, new SourceLocation(path)), cause);
}
