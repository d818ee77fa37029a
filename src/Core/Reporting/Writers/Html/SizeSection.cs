using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>Size before and after, drawn to one scale.</summary>
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
                Key("rest", $"structure of the model, index and checksums, {FigureText.Bytes(rest)}")));

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
}
