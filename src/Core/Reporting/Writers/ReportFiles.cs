using CompressTasks.IO;
using CompressTasks.Reporting.Writers.Html;
using CompressTasks.Spec;

namespace CompressTasks.Reporting.Writers;

/// <summary>Writes the reports that a spec asks for beside the artifact.</summary>
internal static class ReportFiles
{
    /// <returns>The paths, in the order of the formats.</returns>
    public static IReadOnlyList<string> Write(CompressionReport report, IEnumerable<ReportFormat> formats, string artifactPath)
    {
        var paths = new List<string>();
        foreach (var format in formats)
        {
            var path = PathOf(artifactPath, format);
            ReplacedFile.Write(path, Text(report, format));
            paths.Add(path);
        }

        return paths;
    }

    /// <summary>Where the report of an artifact goes.</summary>
    public static string PathOf(string artifactPath, ReportFormat format) => Path.ChangeExtension(artifactPath, format switch
    {
        ReportFormat.Json => ".report.json",
        ReportFormat.Markdown => ".report.md",
        ReportFormat.Html => ".report.html",
        ReportFormat.Sarif => ".report.sarif",
        ReportFormat.Junit => ".report.junit.xml",
        _ => throw NoSuchReport(format),
    });

    private static string Text(CompressionReport report, ReportFormat format) => format switch
    {
        ReportFormat.Json => JsonReport.Write(report),
        ReportFormat.Markdown => MarkdownReport.Write(report),
        ReportFormat.Html => HtmlReport.Write(report),
        ReportFormat.Sarif => SarifReport.Write(report),
        ReportFormat.Junit => JUnitReport.Write(report),
        _ => throw NoSuchReport(format),
    };

    private static ArgumentOutOfRangeException NoSuchReport(ReportFormat format) => new(nameof(format), format, "There is no such report.");
}
