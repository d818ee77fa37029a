using System.Globalization;
using System.Xml.Linq;

namespace CompressTasks.Benchmarks.Chart;

/// <summary>Collects the elements of a picture. Colours come from classes, so that one style sheet serves light and dark.</summary>
internal sealed class SvgCanvas
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    private readonly XElement _root;

    public SvgCanvas(int width, int height, string title, string style)
    {
        _root = new(
            _svg + "svg",
            new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {width} {height}")),
            new XAttribute("width", width),
            new XAttribute("height", height),
            new XAttribute("role", "img"),
            new XElement(_svg + "title", title),
            new XElement(_svg + "style", style));
        Add("rect", "card", ("width", width), ("height", height), ("rx", 8));
    }

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Add("line", style, ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2));

    public void Polyline(IEnumerable<(double X, double Y)> points, string style) =>
        _root.Add(Element("polyline", style, new XAttribute("points", string.Join(' ', points.Select(p => $"{Number(p.X)},{Number(p.Y)}")))));

    public void Circle(double x, double y, double radius, string style) => Add("circle", style, ("cx", x), ("cy", y), ("r", radius));

    public void Square(double x, double y, double halfSide, string style) =>
        Add("rect", style, ("x", x - halfSide), ("y", y - halfSide), ("width", 2 * halfSide), ("height", 2 * halfSide));

    public void Diamond(double x, double y, double radius, string style) => _root.Add(Element(
        "path",
        style,
        new XAttribute("d",
            $"M{Number(x)},{Number(y - radius)}L{Number(x + radius)},{Number(y)}L{Number(x)},{Number(y + radius)}L{Number(x - radius)},{Number(y)}Z")));

    /// <param name="x">Anchor.</param>
    /// <param name="y">Baseline.</param>
    /// <param name="style">Classes.</param>
    /// <param name="degrees">Turned clockwise about its anchor.</param>
    public void Text(double x, double y, string text, string style, double degrees = 0)
    {
        var element = Element("text", style, new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), text);
        if (degrees != 0)
            element.Add(new XAttribute("transform", $"rotate({Number(degrees)} {Number(x)} {Number(y)})"));
        _root.Add(element);
    }

    public override string ToString() => $"{_root}\n";

    private void Add(string name, string style, params (string Name, double Value)[] attributes) =>
        _root.Add(Element(name, style, [.. attributes.Select(a => new XAttribute(a.Name, Number(a.Value)))]));

    private static XElement Element(string name, string style, params object[] content) => new(_svg + name, new XAttribute("class", style), content);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
