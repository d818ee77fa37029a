using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>Size before and after, drawn to one scale, and the figures of the whole model.</summary>
internal static class SizeSection
{
    private const double Width = 1000;
    private const double Height = 28;

    public static XElement Write(CompressionReport report)
    {
        var total = report.Total;
        var coded = report.Coverage.Coded.CompressedBytes;
        var exact = report.Coverage.Kept.Sum(weight => weight.CompressedBytes ?? 0);
        var rest = Math.Max(0, total.ArtifactBytes - coded - exact);
        var scale = Width / Math.Max(1, Math.Max(total.OriginalBytes, total.ArtifactBytes));
        return Section("size", "Size before and after",
            El("dl", Class("bars"),
                El("dt", "original"), El("dd", Strip([("original", total.OriginalBytes)]), " ", El("b", FigureText.Bytes(total.OriginalBytes))),
                El("dt", "artifact"),
                    El("dd", Strip([("coded", coded), ("exact", exact), ("rest", rest)]), " ", El("b", FigureText.Bytes(total.ArtifactBytes)))),
            El("ul", Class("legend"),
                Key("coded", $"coded with a loss, {FigureText.Bytes(coded)}"),
                Key("exact", $"weights carried exactly, {FigureText.Bytes(exact)}"),
                Key("rest", $"structure of the model, index and checksums, {FigureText.Bytes(rest)}")),
            El("dl", Class("tiles"),
                Tile("ratio", Text($"{total.Ratio:0.00}×")),
                Tile("bits per weight", Text($"{total.BitsPerWeight:0.000}")),
                Tile("pooled R²", FigureText.R2(total.R2)),
                Tile("worst weight’s R²", FigureText.R2(total.WorstWeightR2), total.WorstWeight is { } worst ? Name(worst) : null)));

        XElement Strip((string Kind, long Bytes)[] parts)
        {
            var x = 0.0;
            var strip = El("svg", Class("strip"), Attr("viewBox", Text($"0 0 {Width} {Height}")), Attr("preserveAspectRatio", "none"),
                Attr("width", "100%"), Attr("height", Height), Attr("aria-hidden", "true"));
            foreach (var (kind, bytes) in parts)
            {
                strip.Add(El("rect", Class(kind), Attr("x", x), Attr("width", bytes * scale), Attr("height", Height)));
                x += bytes * scale;
            }

            return strip;
        }
    }

    private static XElement Key(string kind, string text) => El("li", El("span", Class($"swatch {kind}"), Attr("aria-hidden", "true")), text);

    private static XElement Tile(string name, string value, XElement? detail = null) =>
        El("div", El("dt", name), El("dd", El("b", value), detail is null ? null : new object[] { " ", detail }));
}
