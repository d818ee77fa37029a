using System.Globalization;
using System.Text;

namespace CompressTasks.Reporting.Writers;

/// <summary>All models of a run as Markdown: what a step summary begins with.</summary>
internal static class MarkdownOverview
{
    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    /// <param name="overview">What to write.</param>
    /// <param name="folder">Where the file goes, to which its links are relative; null for a place that no link leads from.</param>
    public static string Write(RunOverview overview, string? folder)
    {
        var text = new StringBuilder();
        Line(text, $"# {Mark(overview.Verdict)} {overview.Word}");
        Line(text, $"");
        Line(text, $"{overview.Lead}");
        Line(text, $"");
        Line(text, $"| model | gate | figure | of | original | artifact | ratio | said of it |");
        Line(text, $"| --- | --- | --: | --- | --: | --: | --: | --- |");
        foreach (var entry in overview.Entries)
        {
            var verdict = $"{Mark(entry.Verdict)} {entry.Verdict.ShortWord()}";
            Line(text, $"| {Model(entry, folder)} | {verdict} | {Figures(entry.Report)} | {OverviewText.Notes(entry)} |");
        }

        Line(text, $"| **total** | | | | {Sizes(overview.OriginalBytes, overview.ArtifactBytes, overview.Ratio)} | |");
        Line(text, $"");
        foreach (var entry in overview.Entries)
        {
            foreach (var diagnostic in entry.Diagnostics)
                Line(text, $"- {MarkdownReport.Code(entry.Name)} {MarkdownReport.Finding(diagnostic)}");
        }

        if (overview.Entries.Any(entry => entry.Diagnostics.Count > 0))
            Line(text, $"");
        return text.ToString();
    }

    /// <summary>The sign of a verdict, where there are no colours.</summary>
    private static string Mark(GateVerdict verdict) => verdict switch
    {
        GateVerdict.Passed => "✅",
        GateVerdict.None => "⚪",
        GateVerdict.FailedAsWarning or GateVerdict.PassedWithWarning => "⚠️",
        _ => "❌",
    };

    private static string Model(OverviewEntry entry, string? folder) =>
        folder is not null && OverviewLinks.To(entry, ".report.md", folder) is { } link
            ? $"[{MarkdownReport.Code(entry.Name)}](<{link}>)" : MarkdownReport.Code(entry.Name);

    private static string Figures(CompressionReport? report)
    {
        if (report is null)
            return "| | | |";
        var (figure, total) = (Headline.First(report), report.Total);
        var of = figure.Detail is null ? "" : $" {(figure.IsName ? MarkdownReport.Code(figure.Detail) : MarkdownReport.Cell(figure.Detail))}";
        return $"{figure.Value} | {MarkdownReport.Cell(figure.Name)}{of} | {Sizes(total.OriginalBytes, total.ArtifactBytes, total.Ratio)}";
    }

    private static string Sizes(long original, long artifact, double ratio) =>
        string.Create(_culture, $"{FigureText.Bytes(original)} | {FigureText.Bytes(artifact)} | {ratio:0.00}");

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(_culture)).Append('\n');
}
