using CompressTasks.Diagnostics;

namespace CompressTasks.IO;

internal static class FileDiagnostics
{
    public static CompressException TargetExists(string path) =>
        Error("CT2031", "The file exists already. Choose another place, or allow it to be overwritten.", new SourceLocation(path));

    public static CompressException NoTemporaryFile(Exception cause) =>
        Error("CT3090",
            $"A model that is to be run cannot be written to the temporary folder {Path.GetTempPath()}: {cause.Message.TrimEnd('.')}. Make room "
                + $"there, or set TMPDIR (TEMP on Windows) to a folder that exists and can be written.", null, cause);

    public static CompressException TargetIsFolder(string path) =>
        Error("CT3091", "A file is to be written here, but this is a folder. Give the path of a file, such as one in this folder.",
            new SourceLocation(path));

    private static CompressException Error(string code, string message, SourceLocation? at, Exception? cause = null) =>
        new(new Diagnostic(code, Severity.Error, message, at), cause);
}
