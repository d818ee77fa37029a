using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Reporting.Writers.Html;
using CompressTasks.Spec;

namespace CompressTasks.Reporting.Writers;

/// <summary>The reports that a spec asks for, beside the artifact. All are written before the first one takes its place.</summary>
internal sealed class ReportFiles : IDisposable
{
    private readonly List<ReplacedFile> _files = [];

    public ReportFiles(CompressionReport report, BaselineChange? change, IReadOnlyList<ReportFormat> formats, string artifactPath)
    {
        Paths = [.. formats.Select(format => PathOf(format, artifactPath))];
        try
        {
            foreach (var (format, path) in formats.Zip(Paths))
                _files.Add(Naming(path, () => ReplacedFile.Begin(path, Text(report, change, format))));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>In the order of the formats.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Where a report goes.</summary>
    public static string PathOf(ReportFormat format, string artifactPath) => Path.ChangeExtension(artifactPath, format switch
    {
        ReportFormat.Json => ".report.json",
        ReportFormat.Markdown => ".report.md",
        ReportFormat.Html => ".report.html",
        ReportFormat.Sarif => ".report.sarif",
        ReportFormat.Junit => ".report.junit.xml",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such report."),
    });

    /// <summary>Puts the reports into their places, with what else there is in the swap.</summary>
    /// <exception cref="CompressException">CT3015: one of them cannot be; what was there is there still.</exception>
    /// <exception cref="IOException">Something else cannot be.</exception>
    public void Commit(FileSwap swap, CancellationToken cancellationToken)
    {
        foreach (var (file, path) in _files.Zip(Paths))
            Naming(path, () => file.AddTo(swap, refers: true));
        try
        {
            swap.Commit(overwrite: true, cancellationToken);
        }
        catch (FileNotWrittenException error) when (Paths.Contains(error.Path))
        {
            throw ReportDiagnostics.CannotBeWritten(error.Path, error);
        }

        _files.ForEach(file => file.Committed());
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static void Naming(string path, Action write) => Naming(path, () =>
    {
        write();
        return true;
    });

    private static T Naming<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ReportDiagnostics.CannotBeWritten(path, error);
        }
    }

    private static string Text(CompressionReport report, BaselineChange? change, ReportFormat format) => format switch
    {
        ReportFormat.Json => JsonReport.Write(report),
        ReportFormat.Markdown => MarkdownReport.Write(report, change),
        ReportFormat.Html => HtmlReport.Write(report, change),
        ReportFormat.Sarif => SarifReport.Write(report),
        ReportFormat.Junit => JUnitReport.Write(report),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such report."),
    };
}
