using System.Xml.Linq;
using CompressTasks.Reporting.Writers.Comparison;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>What has changed against the baseline that the run was given.</summary>
internal static class ChangeSection
{
    public static XElement? Write(BaselineChange? change) => change is null ? null : Section("change", "Change against the baseline",
        change.Comparison is { } comparison ? Of(change, comparison)
            : El("p", "The baseline ", Name(change.Baseline), " ", BaselineChange.Nothing));

    private static object?[] Of(BaselineChange change, ComparisonReport comparison) =>
    [
        El("p", "Compared with ", Name(change.Baseline), $", made by {comparison.Baseline.Producer}. ", ComparisonText.Rule(comparison.Tolerance)),
        Table("Change",
            [Column("figure"), NumberColumn("baseline"), NumberColumn("now"), NumberColumn("change"), Column("verdict")],
            El("tbody",
                comparison.Figures.Select(figure => El("tr",
                    RowHeader(figure.Name),
                    Number(ComparisonText.Value(figure.Unit, figure.Baseline)),
                    Number(ComparisonText.Value(figure.Unit, figure.Candidate)),
                    Number(ComparisonText.Change(figure)),
                    Verdict(figure.Verdict))),
                El("tr",
                    RowHeader("gate"),
                    Number(ComparisonText.Gate(comparison.Gate.Baseline)),
                    Number(ComparisonText.Gate(comparison.Gate.Candidate)),
                    Number(string.Join(", ", comparison.Gate.NewlyFailing)),
                    Verdict(comparison.Gate.Verdict)))),
        Weights(change.LargestChanges),
        comparison.Notes.Count == 0 ? null : El("ul", Class("notes"), comparison.Notes.Select(note => El("li", note))),
    ];

    private static object?[] Weights(IReadOnlyList<ComparedWeight> weights) => weights.Count == 0 ? [] :
    [
        El("h3", "Weights whose bytes have changed most"),
        Table("Weights whose bytes have changed most",
            [Column("weight"), NumberColumn("bytes before"), NumberColumn("now"), NumberColumn("change"), NumberColumn("R² before"),
                NumberColumn("now"), Column("verdict")],
            El("tbody", weights.Select(weight => El("tr",
                RowHeader(Name(weight.Path)),
                Number(weight.Baseline.Bytes is { } before ? Count(before) : "–"),
                Number(weight.Candidate.Bytes is { } after ? Count(after) : "–"),
                Number(ComparisonText.Signed(BaselineChange.Difference(weight))),
                Number(ComparisonText.State(weight.Baseline)),
                Number(ComparisonText.State(weight.Candidate)),
                Verdict(weight.Verdict))))),
    ];

    private static XElement Verdict(ComparisonVerdict verdict) => El("td", verdict switch
    {
        ComparisonVerdict.Worse => Class("fail"),
        ComparisonVerdict.Better => Class("pass"),
        _ => null,
    }, ComparisonText.Verdict(verdict));
}
