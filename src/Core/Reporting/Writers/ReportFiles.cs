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
            var (extension, text) = format switch
            {
                ReportFormat.Json => (".report.json", JsonReport.Write(report)),
                ReportFormat.Markdown => (".report.md", MarkdownReport.Write(report)),
                ReportFormat.Html => (".report.html", HtmlReport.Write(report)),
                ReportFormat.Sarif => (".report.sarif", SarifReport.Write(report)),
                ReportFormat.Junit => (".report.junit.xml", JUnitReport.Write(report)),
                _ => throw new ArgumentOutOfRangeException(nameof(formats), format, "There is no such report."),
            };
            var path = Path.ChangeExtension(artifactPath, extension);
            ReplacedFile.Write(path, text);
            paths.Add(path);
        }

        return paths;
    }
}
