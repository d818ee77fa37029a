using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>What was measured, in figures, and what was not.</summary>
internal static class MeasuredSection
{
    public static XElement Write(CompressionReport report) => Section("measured", "What was measured",
        El("p", Headline.Measured(report)),
        El("dl", Class("tiles"), Headline.Of(report).Select(Tile)),
        report.Notes.Count == 0 ? null : El("ul", Class("notes"), report.Notes.Select(note => El("li", note))));

    private static XElement Tile(Headline.Figure figure) =>
        El("div", El("dt", figure.Name), El("dd", El("b", figure.Value), figure.Detail is null ? null
            : new object[] { " ", figure.IsName ? Name(figure.Detail) : figure.Detail }));
}
