using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>Every weight that was coded with a loss, the worst first.</summary>
internal static class WeightsSection
{
    /// <summary>More than this are folded away: the worst are what a reader looks for.</summary>
    private const int Shown = 40;

    public static XElement? Write(IReadOnlyList<WeightSummary> weights)
    {
        if (weights.Count == 0)
            return null;
        var ordered = weights.WorstFirst(weight => weight.R2, weight => weight.Path).ToList();
        var largestLoss = ordered.Max(Loss);
        var mostBytes = weights.Max(weight => weight.CompressedBytes);
        return Section("weights", "Weights, worst first",
            El("p", "The bar of R² shows what is lost, 1 − R², against the worst weight. ", El("em", "Bound"),
                " is ½·log₂(1/(1−R²)), the fewest bits that any coder needs for independent Gaussian values at this R²; trained weights can go below it."),
            Rows("Weights, worst first", ordered.Take(Shown)),
            ordered.Count <= Shown ? null
                : El("details", El("summary", Text($"{ordered.Count - Shown} more weights")), Rows("More weights", ordered.Skip(Shown))));

        XElement Rows(string label, IEnumerable<WeightSummary> rows) => Table(label,
            [Column("weight"), Column("stack"), Column("shape"), NumberColumn("R²"), El("td"), NumberColumn("bits per weight"),
                NumberColumn("bound"), NumberColumn("bytes"), El("td"), NumberColumn("ratio")],
            El("tbody", rows.Select(weight => El("tr",
                RowHeader(Name(weight.Path)),
                Cell(weight.Stack),
                El("td", Class("shape"), string.Join('×', weight.Shape), " ", El("span", Class("muted"), weight.Dtype)),
                Number(FigureText.R2(weight.R2)),
                Cell(Bar(largestLoss > 0 ? Loss(weight) / largestLoss : 0, "bar loss")),
                Number(Text($"{weight.BitsPerWeight:0.000}")),
                Number(weight.ShannonBits is { } bound ? Text($"{bound:0.000}") : "–"),
                Number(Count(weight.CompressedBytes)),
                Cell(Bar(mostBytes > 0 ? weight.CompressedBytes / (double)mostBytes : 0)),
                Number(Text($"{weight.OriginalBytes / (double)weight.CompressedBytes:0.00}"))))));
    }

    /// <summary>From 0 to 1: below R² 0 nothing is left to lose.</summary>
    private static double Loss(WeightSummary weight) => double.IsNaN(weight.R2) ? 1 : Math.Clamp(1 - weight.R2, 0, 1);
}
