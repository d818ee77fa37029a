using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>How fast both models are, and where their time goes, drawn to one scale.</summary>
internal static class SpeedSection
{
    private const double Width = 1000;
    private const double Height = 28;

    /// <summary>As many colours as the style sheet has.</summary>
    private const int Colours = 5;

    public static XElement? Write(SpeedSummary? speed) => speed switch
    {
        null => null,
        { Failure: { } failure } => Section("speed", "Speed", El("p", failure)),
        _ => Section("speed", "Speed",
            El("p", SpeedText.Measured(speed)),
            Table("Speed",
                [Column("figure"), NumberColumn("original"), NumberColumn("restored")],
                El("tbody", SpeedText.Figures(speed).Select(row => El("tr", RowHeader(row.Figure), Number(row.Original), Number(row.Restored))))),
            speed.Operators.Count == 0 ? null : Operators(speed)),
    };

    private static object?[] Operators(SpeedSummary speed)
    {
        var rows = SpeedText.Operators(speed);
        var (before, after) = (rows.Sum(row => row.Original), rows.Sum(row => row.Restored));
        var scale = Width / Math.Max(before, after);
        return
        [
            El("h3", "Where time goes"),
            El("dl", Class("bars"),
                El("dt", "original"), El("dd", Strip(row => row.Original), " ", El("b", SpeedText.Milliseconds(before))),
                El("dt", "restored"), El("dd", Strip(row => row.Restored), " ", El("b", SpeedText.Milliseconds(after)))),
            El("ul", Class("legend"), rows.Take(Colours - 1).Select((row, index) => Key($"s{index}", row.Type)),
                rows.Count < Colours ? null : Key($"s{Colours - 1}", "all others")),
            El("p", "Of a run, by the type of the nodes in the graph that ONNX Runtime makes of the model, as its profile has it; profiling takes "
                + "time itself."),
            Table("Operators",
                [Column("operator"), NumberColumn("original"), NumberColumn("restored")],
                El("tbody", rows.Select(row => El("tr",
                    RowHeader(Name(row.Type)), Number(SpeedText.Milliseconds(row.Original)), Number(SpeedText.Milliseconds(row.Restored)))))),
        ];

        XElement Strip(Func<(string Type, double Original, double Restored), double> time)
        {
            var x = 0.0;
            var strip = El("svg", Class("strip"), Attr("viewBox", Text($"0 0 {Width} {Height}")), Attr("preserveAspectRatio", "none"),
                Attr("width", "100%"), Attr("height", Height), Attr("aria-hidden", "true"));
            foreach (var (row, index) in rows.Select((row, index) => (row, index)))
            {
                var kind = $"s{Math.Min(index, Colours - 1)}";
                strip.Add(El("rect", Class(kind), Attr("x", x), Attr("width", time(row) * scale), Attr("height", Height)));
                x += time(row) * scale;
            }

            return strip;
        }
    }

    private static XElement Key(string kind, string text) => El("li", El("span", Class($"swatch {kind}"), Attr("aria-hidden", "true")), text);
}
