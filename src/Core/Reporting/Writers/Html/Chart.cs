using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>
/// A plot with R² upwards, spaced by its nines, −log₁₀(1 − R²): 0.9, 0.99 and 0.999 are equally far apart, and the bound of a Gaussian source is a
/// straight line.
/// </summary>
internal sealed class Chart
{
    private const double Width = 720;
    private const double Height = 360;
    private const double Left = 64;
    private const double Right = 24;
    private const double Top = 28;
    private const double Bottom = 48;

    private readonly (double From, double To) _x;
    private readonly (double From, double To) _nines;
    private readonly XElement _svg;

    /// <param name="id">Makes the names of title and description unique on the page.</param>
    /// <param name="title">For readers aloud, and as tooltip.</param>
    /// <param name="description">What there is to be seen, in words.</param>
    /// <param name="x">Range of the horizontal axis; not empty.</param>
    /// <param name="nines">Range of the vertical axis in nines; not empty.</param>
    public Chart(string id, string title, string description, (double From, double To) x, (double From, double To) nines)
    {
        (_x, _nines) = (x, nines);
        _svg = El("svg", Class("chart"), Attr("viewBox", Text($"0 0 {Width} {Height}")), Attr("role", "img"),
            Attr("aria-labelledby", $"{id}-title {id}-text"), Attr("font-size", "12"), Attr("fill", "none"),
            El("title", Attr("id", $"{id}-title"), title),
            El("desc", Attr("id", $"{id}-text"), description));
    }

    public XElement Svg => _svg;

    /// <summary>The nines of an R²; of 0 and below there are none.</summary>
    public static double Nines(double r2) => r2 <= 0 ? 0 : -Math.Log10(1 - r2);

    /// <summary>A range around nines, with room at both ends.</summary>
    public static (double From, double To) Around(IEnumerable<double> nines)
    {
        var values = nines.ToList();
        var room = Math.Max(0.15, 0.08 * (values.Max() - values.Min()));
        return (Math.Max(0, values.Min() - room), values.Max() + room);
    }

    public void Axes(string xLabel, IEnumerable<(double Value, string Text)> xTicks)
    {
        foreach (var r2 in R2Ticks.Between(_nines.From, _nines.To))
            _svg.Add(Line("grid", Left, Y(Nines(r2)), Width - Right, Y(Nines(r2))),
                Label(Left - 8, Y(Nines(r2)) + 4, "end", Text($"{r2:0.##########}")));

        foreach (var (value, text) in xTicks)
            _svg.Add(Line("grid", X(value), Top, X(value), Height - Bottom), Label(X(value), Height - Bottom + 18, "middle", text));
        _svg.Add(Label((Left + Width - Right) / 2, Height - 8, "middle", xLabel, "axis"), Label(Left - 8, 14, "end", "R²", "axis"));
    }

    /// <summary>A straight line between two points.</summary>
    public void Segment(string kind, (double X, double Nines) from, (double X, double Nines) to) =>
        _svg.Add(Line(kind, X(from.X), Y(from.Nines), X(to.X), Y(to.Nines)));

    public void Mark(string kind, double x, double nines, double radius, string title) =>
        _svg.Add(
            El("circle", Class(kind), Attr("cx", X(x)), Attr("cy", Y(nines)), Attr("r", radius), Attr("stroke", "currentColor"), El("title", title)));

    /// <summary>Shows what colour alone must not say.</summary>
    public void Cross(string kind, double x, double nines, double radius, string title) => _svg.Add(
        El("path", Class(kind),
            Attr("d",
                Text($"M{X(x) - radius:0.##} {Y(nines) - radius:0.##}l{2 * radius:0.##} {2 * radius:0.##}m0 {-2 * radius:0.##}l{-2 * radius:0.##} {2 * radius:0.##}")), Attr("stroke", "currentColor"), El("title", title)));

    public void Note(double x, double nines, double dx, double dy, string anchor, string text) =>
        _svg.Add(Label(X(x) + dx, Y(nines) + dy, anchor, text, "note"));

    private double X(double value) => Left + ((value - _x.From) / (_x.To - _x.From) * (Width - Left - Right));

    private double Y(double nines) => Height - Bottom - ((nines - _nines.From) / (_nines.To - _nines.From) * (Height - Top - Bottom));

    private static XElement Line(string kind, double x1, double y1, double x2, double y2) =>
        El("line", Class(kind), Attr("x1", x1), Attr("y1", y1), Attr("x2", x2), Attr("y2", y2), Attr("stroke", "currentColor"));

    private static XElement Label(double x, double y, string anchor, string text, string kind = "tick") =>
        El("text", Class(kind), Attr("x", x), Attr("y", y), Attr("text-anchor", anchor), Attr("fill", "currentColor"), text);
}
