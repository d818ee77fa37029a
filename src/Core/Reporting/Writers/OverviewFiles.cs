using CompressTasks.IO;
using CompressTasks.Reporting.Writers.Html;
using CompressTasks.Spec;

namespace CompressTasks.Reporting.Writers;

/// <summary>
/// The overview of a run of several models, in those formats that it has. Its name begins like that of a report, which is how a build finds what is
/// left over; no report of a model has it, for those end in the name of the format.
/// </summary>
internal static class OverviewFiles
{
    private const string Name = "models.report.overview";

    private static readonly (ReportFormat Format, string Extension)[] _formats = [(ReportFormat.Markdown, ".md"), (ReportFormat.Html, ".html")];

    /// <summary>Where they go; none where no format is asked for that there is.</summary>
    public static IReadOnlyList<string> PathsIn(string folder, IReadOnlyList<ReportFormat> formats) =>
        [.. _formats.Where(known => formats.Contains(known.Format)).Select(known => Path.Combine(folder, Name + known.Extension))];

    /// <returns>Their paths.</returns>
    /// <exception cref="Diagnostics.CompressException">CT3015: one of them cannot be written.</exception>
    public static IReadOnlyList<string> Write(RunOverview overview, string folder, IReadOnlyList<ReportFormat> formats,
        CancellationToken cancellationToken)
    {
        var paths = PathsIn(folder, formats);
        foreach (var path in paths)
        {
            var isPage = path.EndsWith(".html", StringComparison.Ordinal);
            try
            {
                ReplacedFile.Write(path, isPage ? HtmlOverview.Write(overview, folder) : MarkdownOverview.Write(overview, folder), cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw ReportDiagnostics.CannotBeWritten(path, error);
            }
        }

        return paths;
    }
}
