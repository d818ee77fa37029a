using CompressTasks.Diagnostics;

namespace CompressTasks.Reporting.Writers;

internal static class ReportDiagnostics
{
    public static CompressException CannotBeWritten(string path, Exception cause) =>
        new(new Diagnostic("CT3015", Severity.Error, $"The report cannot be written: {cause.Message}", new SourceLocation(path)), cause);
}
