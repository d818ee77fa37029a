using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>The first thing on the page: does the gate hold, and if not, what is wrong and where.</summary>
internal static class Verdict
{
    /// <summary>Failed, passed, or what lies between them.</summary>
    public static string Word(CompressionReport report) =>
        report.Gate.Checks.Count == 0 ? "No gate"
        : report.Gate.Passed ? HasWarnings(report) ? "Gate passed, with a warning" : "Gate passed"
        : IsTolerated(report) ? "Gate failed, as a warning" : "Gate failed";

    public static XElement Write(CompressionReport report) => El("header", Class(Kind(report)),
        El("p", Class("eyebrow"), "Compression report"),
        El("h1", Name(report.Model.Path)),
        El("p", Class("verdict"), El("span", Class("mark"), Attr("aria-hidden", "true"), Mark(report)), " ", El("strong", Word(report))),
        El("p", Class("lead"), Lead(report)),
        report.Diagnostics.Count == 0 ? null : El("ul", Class("findings"), report.Diagnostics.Select(Finding)),
        Checks(report));

    private static XElement Finding(DiagnosticSummary diagnostic) => El("li", Class(diagnostic.Severity),
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
                failed == 0 ? Text($"All {count} thresholds hold.")
                    : Text($"{failed} of {count} thresholds {(failed == 1 ? "does" : "do")} not hold."),
        };
        return Text(
            $"{FigureText.Bytes(total.OriginalBytes)} became {FigureText.Bytes(total.ArtifactBytes)}, {total.Ratio:0.00} times smaller. {gate}");
    }

    private static bool IsTolerated(CompressionReport report) =>
        report.Diagnostics.Count > 0 && !report.Diagnostics.Any(diagnostic => diagnostic.IsError);

    private static string Kind(CompressionReport report) =>
        report.Gate.Checks.Count == 0 ? "none" : report.Gate.Passed ? HasWarnings(report) ? "warning" : "pass"
            : IsTolerated(report) ? "warning" : "fail";

    private static bool HasWarnings(CompressionReport report) => report.Diagnostics.Count > 0;

    private static string Mark(CompressionReport report) => Kind(report) switch
    {
        "pass" => "✓",
        "fail" => "✗",
        "warning" => "!",
        _ => "–",
    };

    private static string Figure(double value) =>
        value == Math.Floor(value) && Math.Abs(value) >= 1000 && Math.Abs(value) < 1e15 ? Count((long)value) : FigureText.Number(value);
}
