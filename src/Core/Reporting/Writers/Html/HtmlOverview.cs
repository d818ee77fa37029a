using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>All models of a run as one page, like that of a model: which of them to look at, and where.</summary>
internal static class HtmlOverview
{
    /// <param name="overview">What to write.</param>
    /// <param name="folder">Where the page goes: its links are relative to it.</param>
    public static string Write(RunOverview overview, string folder)
    {
        var models = Text($"{Count(overview.Entries.Count)} models");
        return HtmlPage.Write($"{overview.Word}: {models}",
            Verdict.Header(overview.Verdict, overview.Word, models, "Compression report", overview.Lead),
            El("main", Models(overview, folder), Findings(overview), Notes(overview)),
            El("footer", El("dl", overview.Reports.Select(report => report.Tool).Distinct()
                .Select(tool => new[] { El("dt", "Made by"), El("dd", tool) }))));
    }

    private static XElement Models(RunOverview overview, string folder) => Section("models", "Models, worst first",
        El("p", "Each leads to its own report. The bars are shares of all artifacts together."),
        Table("Models",
            [Column("model"), Column("gate"), Column("figure"), NumberColumn("original"), NumberColumn("artifact"), El("td"),
                NumberColumn("ratio"), Column("said of it")],
            El("tbody", overview.Entries.Select(entry => El("tr",
                RowHeader(OverviewLinks.To(entry, ".report.html", folder) is { } link ? El("a", Attr("href", link), Name(entry.Name))
                    : Name(entry.Name)),
                El("td", Class($"state {Verdict.Kind(entry.Verdict)}"), Verdict.Mark(entry.Verdict), " ", entry.Verdict.ShortWord()),
                entry.Report is { } report ? Figures(report, overview.ArtifactBytes) : El("td", Attr("colspan", "5")),
                El("td", Class("said"), OverviewText.Notes(entry))))),
            El("tfoot", El("tr", RowHeader("total"), Cell(), Cell(), Number(FigureText.Bytes(overview.OriginalBytes)),
                Number(FigureText.Bytes(overview.ArtifactBytes)), Cell(), Number(Text($"{overview.Ratio:0.00}")), Cell()))));

    private static object?[] Figures(CompressionReport report, long artifacts)
    {
        var figure = Headline.First(report);
        return
        [
            El("td", Class("figure"), El("b", figure.Value), " ", figure.Name, figure.Detail is null ? null
                : new object[] { " ", El("span", Class("muted"), figure.IsName ? Name(figure.Detail) : figure.Detail) }),
            Number(FigureText.Bytes(report.Total.OriginalBytes)),
            Number(FigureText.Bytes(report.Total.ArtifactBytes)),
            Cell(Bar(report.Total.ArtifactBytes / (double)Math.Max(1, artifacts))),
            Number(Text($"{report.Total.Ratio:0.00}")),
        ];
    }

    private static XElement? Findings(RunOverview overview)
    {
        var found = overview.Entries.Where(entry => entry.Diagnostics.Count > 0).ToList();
        return found.Count == 0 ? null : Section("findings", "Findings", found.Select(entry => new[]
        {
            El("h3", Name(entry.Name)),
            El("ul", Class("findings"), entry.Diagnostics.Select(Verdict.Finding)),
        }));
    }

    /// <summary>Each model has its own, which are mostly alike: folded.</summary>
    private static XElement? Notes(RunOverview overview)
    {
        var noted = overview.Entries.Where(entry => entry.Report?.Notes.Count > 0).ToList();
        return noted.Count == 0 ? null : Section("notes", "Notes", noted.Select(entry => El("details",
            El("summary", Name(entry.Name)), El("ul", Class("notes"), entry.Report!.Notes.Select(note => El("li", note))))));
    }
}
