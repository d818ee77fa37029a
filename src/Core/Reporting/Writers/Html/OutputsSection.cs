using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>What the model computes, and which weights are to blame for what it computes otherwise.</summary>
internal static class OutputsSection
{
    public static XElement? Write(OutputsSummary? outputs) => outputs is null ? null : Section("outputs", "Outputs",
        El("p", Text($"The original and the restored model on {Count(outputs.Source.Count)} {(outputs.Source.Count == 1 ? "sample" : "samples")}, "), outputs.Source.Path is { } path
            ? new object[] { "from ", Name(path) } : "random", ". KL is the Kullback–Leibler divergence in nats."),
        Table("Outputs",
            [Column("output"), NumberColumn("values"), NumberColumn("R²"), NumberColumn("SNR, dB"), NumberColumn("cosine"),
                NumberColumn("largest error"), NumberColumn("top-1"), NumberColumn("KL"), NumberColumn("equal")],
            El("tbody", outputs.Outputs.Select(output => Row(RowHeader(Name(output.Name), " ", El("span", Class("muted"), output.Dtype)), output))),
            outputs.Outputs.Count > 1 ? El("tfoot", Row(RowHeader("all pooled"), outputs.Pooled)) : null),
        outputs.Labels is { } labels ? Labels(labels) : null,
        outputs.NotCompared.Count == 0 ? null
            : El("p", "Not compared, being no tensors of numbers or truth values: ",
                outputs.NotCompared.SelectMany((name, index) => index == 0 ? new object[] { Name(name) } : [", ", Name(name)]), "."),
        outputs.LeftOut.GroupBy(output => output.Reason).Select(reason => El("p", $"Not compared, {reason.Key}: ",
            reason.SelectMany((output, index) => index == 0 ? new object[] { Name(output.Name) } : [", ", Name(output.Name)]), ".")),
        Blame(outputs.Blame));

    private static object?[] Labels(LabelsSummary labels) =>
    [
        El("h3", "Labels"),
        El("p", Name(labels.Output), Text($" against {Count(labels.Original.Count)} labels of "), Name(labels.Array), "."),
        Table("Labels",
            [Column("figure"), NumberColumn("original"), NumberColumn("restored")],
            El("tbody", LabelFigures.Of(labels).Select(row => El("tr",
                RowHeader(row.Figure),
                Number(FigureText.Optional(row.Original, "0.0000")),
                Number(FigureText.Optional(row.Restored, "0.0000")))))),
    ];

    private static XElement Row(XElement header, OutputSummary output) => El("tr", header,
        Number(Count(output.Values), output.Incomparable > 0 ? Text($" ({output.Incomparable} not comparable)") : null),
        Number(output.R2 is { } r2 ? FigureText.R2(r2) : "–"),
        Number(FigureText.Optional(output.Snr, "0.00")),
        Number(FigureText.Optional(output.Cosine, "0.000000")),
        Number(FigureText.Optional(output.MaxAbsError, "0.###e+0")),
        Number(FigureText.Optional(output.Top1, "0.0000")),
        Number(FigureText.Optional(output.Kl, "0.###e+0")),
        Number(FigureText.Optional(output.Equal, "0.0000")));

    private static object?[] Blame(IReadOnlyList<BlameSummary> blame) => blame.Count == 0 ? [] :
    [
        El("h3", "Blame"),
        El("p", "How much of the output error goes away when one weight alone is the original one, on the first samples; errors interact, so these shares do not "
            + "add up to 100 %."),
        Table("Blame",
            [Column("weight"), NumberColumn("share of the error"), El("td"), NumberColumn("R² of the outputs then")],
            El("tbody", blame.Select(weight => El("tr",
                RowHeader(Name(weight.Path)),
                Number(Percent(weight.Share)),
                Cell(Bar(weight.Share, "bar loss")),
                Number(FigureText.R2(weight.R2)))))),
    ];
}
