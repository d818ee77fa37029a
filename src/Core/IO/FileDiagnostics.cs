using CompressTasks.Diagnostics;

namespace CompressTasks.IO;

internal static class FileDiagnostics
{
    public static CompressException TargetExists(string path) =>
        new(new Diagnostic("CT2031", Severity.Error, "The file exists already. Choose another place, or allow it to be overwritten.",
            new SourceLocation(path)));
}
