using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>The spec as it was used, the lines marked that something was said about.</summary>
internal static class SpecSection
{
    public static XElement? Write(CompressionReport report) => report.Spec is not { } spec ? null : Section("spec", "Spec",
        spec.Path is { } path ? El("p", "As used, from ", Name(path), ".")
            : El("p", "The model was compressed without a spec; this one says the same."),
        spec.Overrides.Count == 0 ? null : Table("Values given elsewhere",
            [Column("value given elsewhere"), Column("used"), Column("from")],
            El("tbody", spec.Overrides.Select(value => El("tr", RowHeader(Name(value.Key)), Cell(Name(value.Value)), Cell(Name(value.Origin)))))),
        spec.Text is { } text ? Listing(text, Marked(report, spec)) : null);

    /// <summary>Line numbers are made by the style sheet, so that they are not copied along.</summary>
    private static XElement Listing(string text, HashSet<int> marked) =>
        El("pre", Class("spec"), Attr("tabindex", "0"), Attr("aria-label", "The spec"),
        El("code", text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select((line, index) =>
            El(marked.Contains(index + 1) ? "mark" : "span", Class("line"), line + "\n"))));

    private static HashSet<int> Marked(CompressionReport report, SpecSummary spec) =>
        [.. report.Diagnostics.Where(diagnostic => diagnostic.File is not null && diagnostic.File == spec.Path)
            .Select(diagnostic => diagnostic.Line)];
}
