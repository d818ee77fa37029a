using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>What bits buy: the trials of the search for the smallest artifact, and every weight against the bound of a Gaussian source.</summary>
internal static class RateDistortionSection
{
    public static XElement? Write(CompressionReport report)
    {
        var charts = new[] { SearchChart.Write(report), WeightsChart.Write(report.Weights) }.OfType<XElement>().ToList();
        return charts.Count == 0 ? null : Section("rate-distortion", "Rate and distortion", Searched(report.Search), charts);
    }

    private static XElement? Searched(SearchSummary? search) =>
        search is null ? null : El("p", SearchText.Measured(search).Select(part => part.IsName ? (object)Name(part.Text) : part.Text));
}
