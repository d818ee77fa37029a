using System.Xml.Linq;
using CompressTasks.Reporting.Writers.Comparison;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>The report as one page: no script, no network, light and dark, for screens of any width and for paper.</summary>
internal static class HtmlReport
{
    public static string Write(CompressionReport report, BaselineChange? change = null)
    {
        var sections = new[]
        {
            MeasuredSection.Write(report),
            MetricsSection.Write(report.Metrics),
            OutputsSection.Write(report.Outputs),
            SpeedSection.Write(report.Speed),
            SizeSection.Write(report),
            ChangeSection.Write(change),
            WeightsSection.Write(report),
            LayerSearchSection.Write(report.Runnable?.Search),
            RateDistortionSection.Write(report),
            LevelsSection.Write(report.Weights),
            CoverageSection.Write(report.Coverage),
            SpecSection.Write(report),
        }.OfType<XElement>().ToList();
        return HtmlPage.Write($"{GateVerdicts.Of(report).Word()}: {report.Model.Path}",
            Verdict.Write(report),
            El("nav", Attr("aria-label", "Contents"), El("ul", sections.Select(Link))),
            El("main", sections),
            Footer(report));
    }

    private static XElement Link(XElement section) =>
        El("li", El("a", Attr("href", $"#{section.Attribute("id")!.Value}"), section.Element("h2")!.Value));

    private static XElement Footer(CompressionReport report) => El("footer",
        El("dl",
            El("dt", "Made by"), El("dd", report.Tool),
            El("dt", "Model"), El("dd", Name(report.Model.Path), " sha256 ", Name(report.Model.Sha256)),
            El("dt", "Artifact"), El("dd", Name(report.Artifact.Path), " sha256 ", Name(report.Artifact.Sha256))));
}
