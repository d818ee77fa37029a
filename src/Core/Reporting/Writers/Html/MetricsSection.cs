using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>What programs have measured, and what they wrote where they could not.</summary>
internal static class MetricsSection
{
    public static XElement? Write(IReadOnlyList<MetricSummary>? metrics) => metrics is null ? null : Section("metrics", "Metrics",
        El("p", "Figures that programs of the spec have measured of the restored model, and of the original where a threshold compares with it."),
        Table("Metrics",
            [Column("metric"), NumberColumn("restored"), NumberColumn("original"), Column("asked"), Column("result"), Column("program")],
            El("tbody", metrics.Select(metric => El("tr",
                RowHeader(Name(metric.Name)),
                Number(FigureText.Exact(metric.Value)),
                Number(metric.Original is { } original ? FigureText.Exact(original) : "–"),
                Cell(MetricText.Asked(metric)),
                El("td", Class(metric.Passed ? "pass" : "fail"), metric.Passed ? "✓ passed" : "✗ failed"),
                Cell(Name(metric.Command)))))),
        metrics.Where(metric => metric.Error is not null).Select(Failure));

    private static object?[] Failure(MetricSummary metric) =>
    [
        El("h3", Name(metric.Name)),
        El("p", $"{metric.Error}."),
        metric.Output is { } output
            ? El("pre", Class("spec"), Attr("tabindex", "0"), Attr("aria-label", $"What the program of {metric.Name} wrote"), El("code", output))
            : null,
    ];
}
