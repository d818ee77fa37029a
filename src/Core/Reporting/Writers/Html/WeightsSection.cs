using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>Every weight that was coded with a loss: those that cost most first where outputs are judged, else the worst first.</summary>
internal static class WeightsSection
{
    /// <summary>More than this are folded away: the first are what a reader looks for.</summary>
    private const int Shown = 40;

    public static XElement? Write(CompressionReport report)
    {
        var (weights, heading) = WeightOrder.For(report);
        if (weights.Count == 0)
            return null;
        return Section("weights", heading,
            El("p", "The share is that of the artifact’s bytes. ", El("em", "Bound"),
                " is ½·log₂(1/(1−R²)), the fewest bits that any coder needs for independent Gaussian values at this R²; trained weights can go "
                    + "below it."),
            Rows(heading, weights.Take(Shown)),
            weights.Count <= Shown ? null
                : El("details", El("summary", FigureText.Count(weights.Count - Shown, "more weight")), Rows("More weights", weights.Skip(Shown))));

        XElement Rows(string label, IEnumerable<WeightSummary> rows) => Table(label,
            [Column("weight"), NumberColumn("bytes"), NumberColumn("share"), El("td"), NumberColumn("R²"), NumberColumn("bits per weight"),
                NumberColumn("bound"), NumberColumn("ratio"), Column("stack"), Column("shape")],
            El("tbody", rows.Select(weight => El("tr",
                RowHeader(Name(weight.Path)),
                Number(Count(weight.CompressedBytes)),
                Number(Percent(Share(weight))),
                Cell(Bar(Share(weight))),
                Number(FigureText.R2(weight.R2)),
                Number(Text($"{weight.BitsPerWeight:0.000}")),
                Number(weight.ShannonBits is { } bound ? Text($"{bound:0.000}") : "–"),
                Number(Text($"{weight.OriginalBytes / (double)weight.CompressedBytes:0.00}")),
                Cell(weight.ShownStack),
                El("td", Class("shape"), string.Join('×', weight.Shape), " ", El("span", Class("muted"), weight.Dtype))))));

        double Share(WeightSummary weight) => weight.CompressedBytes / (double)Math.Max(1, report.Total.ArtifactBytes);
    }
}
