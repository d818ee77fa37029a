using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>The first thing on the page: does the gate hold, and if not, what is wrong and where.</summary>
internal static class Verdict
{
    public static XElement Write(CompressionReport report) => Header(GateVerdicts.Of(report), GateVerdicts.Of(report).Word(),
        Name(report.Model.Path), "Compression report", Lead(report),
        report.Diagnostics.Count == 0 ? null : El("ul", Class("findings"), report.Diagnostics.Select(Finding)),
        Checks(report));

    /// <summary>The head of a page: what it is about, and how it stands.</summary>
    public static XElement Header(GateVerdict verdict, string word, object subject, string kind, string lead, params object?[] content) =>
        El("header", Class(Kind(verdict)),
            El("p", Class("eyebrow"), kind),
            El("h1", subject),
            El("p", Class("verdict"), Mark(verdict), " ", El("strong", word)),
            El("p", Class("lead"), lead),
            content);

    /// <summary>A sign for those who see, which stands beside words for all others.</summary>
    public static XElement Mark(GateVerdict verdict) => El("span", Class("mark"), Attr("aria-hidden", "true"), Kind(verdict) switch
    {
        "pass" => "✓",
        "fail" => "✗",
        "warning" => "!",
        _ => "–",
    });

    /// <summary>The class that gives a verdict its colours.</summary>
    public static string Kind(GateVerdict verdict) => verdict switch
    {
        GateVerdict.Passed => "pass",
        GateVerdict.None => "none",
        GateVerdict.FailedAsWarning or GateVerdict.PassedWithWarning => "warning",
        _ => "fail",
    };

    public static XElement Finding(DiagnosticSummary diagnostic) => El("li", Class(diagnostic.Severity),
        El("p", Class("place"), El("strong", $"{diagnostic.Severity} {diagnostic.Code}"), diagnostic.Place is { } place
            ? new object[] { " ", Name(place) } : null),
        El("p", diagnostic.Message));

    private static XElement? Checks(CompressionReport report) => report.Gate.Checks.Count == 0 ? null : Table("The gate",
        [Column("threshold"), NumberColumn("asked"), NumberColumn("measured"), Column("result")],
        El("tbody", report.Gate.Checks.Select(check => El("tr",
            RowHeader(Name(check.Name)),
            Number(Figure(check.Threshold)),
            Number(Figure(check.Actual)),
            El("td", Class(check.Passed ? "pass" : "fail"), check.Passed ? "✓ passed" : "✗ failed")))));

    private static string Lead(CompressionReport report)
    {
        var total = report.Total;
        var failed = report.Gate.Checks.Count(check => !check.Passed);
        var gate = report.Gate.Checks.Count switch
        {
            0 => "The spec sets no gate: nothing was checked.",
            1 => failed == 0 ? "The threshold holds." : "The threshold does not hold.",
            var count =>
                failed == 0 ? count == 2 ? "Both thresholds hold." : Text($"All {count} thresholds hold.")
                    : Text($"{failed} of {count} thresholds {(failed == 1 ? "does" : "do")} not hold."),
        };
        return Text(
            $"{FigureText.Bytes(total.OriginalBytes)} became {FigureText.Bytes(total.ArtifactBytes)}, {total.Ratio:0.00} times smaller. {gate}");
    }

    private static string Figure(double value) =>
        value == Math.Floor(value) && Math.Abs(value) >= 1000 && Math.Abs(value) < 1e15 ? Count((long)value) : FigureText.Number(value);
}
