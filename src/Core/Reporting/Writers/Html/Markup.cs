using System.Globalization;
using System.Xml.Linq;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>Short names for the elements that a page is made of.</summary>
internal static class Markup
{
    private const string Separators = "/._:";

    /// <summary>What has so many characters, or what is left of a name behind so many, fits everywhere.</summary>
    private const int ShortName = 12;

    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    public static XElement El(string name, params object?[] content) => new(name, content);

    public static XAttribute Attr(string name, string value) => new(name, value);

    public static XAttribute Attr(string name, double value) => new(name, value.ToString("0.##", _culture));

    public static XAttribute Class(string name) => new("class", name);

    public static string Text(FormattableString text) => text.ToString(_culture);

    /// <summary>A whole number in groups of three, parted by narrow no-break spaces, which every language reads.</summary>
    public static string Count(long value) => value.ToString("N0", _culture).Replace(',', '\u202F');

    public static string Percent(double share) => Text($"{100 * share:0.0} %");

    /// <summary>A part of the page with its heading, which the contents at the top lead to.</summary>
    public static XElement Section(string id, string heading, params object?[] content) =>
        El("section", Attr("id", id), Attr("aria-labelledby", $"{id}-heading"), El("h2", Attr("id", $"{id}-heading"), heading), content);

    /// <summary>A table that scrolls by itself where the page is too narrow for it.</summary>
    public static XElement Table(string label, IEnumerable<object> columns, params object?[] bodies) =>
        El("div", Class("scroll"), Attr("role", "region"), Attr("aria-label", label), Attr("tabindex", "0"),
            El("table", El("thead", El("tr", columns.Select(column => column as XElement ?? Column((string)column)))), bodies));

    public static XElement Column(string name) => El("th", Attr("scope", "col"), name);

    public static XElement NumberColumn(string name) => El("th", Attr("scope", "col"), Class("n"), name);

    public static XElement RowHeader(params object?[] content) => El("th", Attr("scope", "row"), content);

    public static XElement Cell(params object?[] content) => El("td", content);

    public static XElement Number(params object?[] content) => El("td", Class("n"), content);

    /// <summary>A name in the model, or a path. Where it is too long for its place, it is broken behind its separators first.</summary>
    public static XElement Name(string name)
    {
        var code = El("code");
        var start = 0;
        for (var i = ShortName; i < name.Length - 1; i++)
        {
            if (!Separators.Contains(name[i], StringComparison.Ordinal))
                continue;
            code.Add(name[start..(i + 1)], El("wbr"));
            start = i + 1;
        }

        code.Add(name[start..]);
        return code;
    }

    /// <summary>A bar of the given share, 0 to 1; the number beside it says the same, so it is hidden from readers aloud.</summary>
    public static XElement Bar(double share, string kind = "bar") =>
        El("svg", Class(kind), Attr("viewBox", "0 0 100 8"), Attr("width", "64"), Attr("height", "8"), Attr("preserveAspectRatio", "none"),
            Attr("aria-hidden", "true"),
            El("rect", Class("track"), Attr("width", "100"), Attr("height", "8"), Attr("fill", "none")),
            El("rect", Class("fill"), Attr("width", 100 * Math.Clamp(double.IsNaN(share) ? 1 : share, 0, 1)), Attr("height", "8")));
}
