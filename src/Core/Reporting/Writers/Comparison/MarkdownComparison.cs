using System.Globalization;
using System.Text;

namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>A comparison as the comment on a pull request.</summary>
internal static class MarkdownComparison
{
    private const int ShownWeights = 20;

    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    public static string Write(ComparisonReport comparison)
    {
        var text = new StringBuilder();
        Line(text,
            $"### {(comparison.Worse ? "❌" : "✅")} {MarkdownReport.Code(comparison.Candidate.Path)} is {(comparison.Worse ? "worse" : "not worse")} than {MarkdownReport.Code(comparison.Baseline.Path)}");
        Line(text, $"");
        Figures(text, comparison);
        Weights(text, comparison.Weights);
        Notes(text, comparison);
        Line(text, $"<sub>{ComparisonText.Rule(comparison.Tolerance)}</sub>");
        return text.ToString();
    }

    /// <summary>The change against a baseline as a part of a report.</summary>
    public static void Section(StringBuilder text, BaselineChange change)
    {
        Line(text, $"## Change against the baseline");
        Line(text, $"");
        if (change.Comparison is not { } comparison)
        {
            Line(text, $"The baseline {MarkdownReport.Code(change.Baseline)} {BaselineChange.Nothing}");
            Line(text, $"");
            return;
        }

        var baseline = $"{MarkdownReport.Code(change.Baseline)}, made by {MarkdownReport.Cell(comparison.Baseline.Producer)}";
        Line(text, $"Compared with {baseline}. {ComparisonText.Rule(comparison.Tolerance)}");
        Line(text, $"");
        Figures(text, comparison);
        Bytes(text, change.LargestChanges);
        Notes(text, comparison);
    }

    private static void Figures(StringBuilder text, ComparisonReport comparison)
    {
        Line(text, $"| | baseline | candidate | change | |");
        Line(text, $"| --- | --: | --: | --: | --- |");
        foreach (var figure in comparison.Figures)
            Line(text,
                $"| {MarkdownReport.Cell(figure.Name)} | {ComparisonText.Value(figure.Unit, figure.Baseline)} | {ComparisonText.Value(figure.Unit, figure.Candidate)} | {ComparisonText.Change(figure)} | {Verdict(figure.Verdict)} |");
        Line(text,
            $"| gate | {ComparisonText.Gate(comparison.Gate.Baseline)} | {ComparisonText.Gate(comparison.Gate.Candidate)} | {string.Join(", ", comparison.Gate.NewlyFailing.Select(MarkdownReport.Code))} | {Verdict(comparison.Gate.Verdict)} |");
        Line(text, $"");
    }

    private static void Bytes(StringBuilder text, IReadOnlyList<ComparedWeight> weights)
    {
        if (weights.Count == 0)
            return;
        Line(text, $"Weights whose bytes have changed most:");
        Line(text, $"");
        Line(text, $"| weight | bytes before | now | change | R² before | now | |");
        Line(text, $"| --- | --: | --: | --: | --: | --: | --- |");
        foreach (var weight in weights)
        {
            var bytes = $"{Count(weight.Baseline)} | {Count(weight.Candidate)} | {ComparisonText.Signed(BaselineChange.Difference(weight))}";
            var r2 = $"{ComparisonText.State(weight.Baseline)} | {ComparisonText.State(weight.Candidate)}";
            Line(text, $"| {MarkdownReport.Code(weight.Path)} | {bytes} | {r2} | {Verdict(weight.Verdict)} |");
        }

        Line(text, $"");
    }

    private static string Count(WeightState state) => state.Bytes?.ToString(_culture) ?? "–";

    private static void Notes(StringBuilder text, ComparisonReport comparison)
    {
        foreach (var note in comparison.Notes)
            Line(text, $"- {MarkdownReport.Cell(note)}");
        if (comparison.Notes.Count > 0)
            Line(text, $"");
    }

    private static void Weights(StringBuilder text, IReadOnlyList<ComparedWeight> weights)
    {
        var shown = ComparisonText.Different(weights);
        if (shown.Count > 0)
        {
            Line(text, $"| weight | baseline R² | candidate R² | error | bytes | |");
            Line(text, $"| --- | --: | --: | --: | --: | --- |");
            foreach (var weight in shown.Take(ShownWeights))
                Line(text,
                    $"| {MarkdownReport.Code(weight.Path)} | {ComparisonText.State(weight.Baseline)} | {ComparisonText.State(weight.Candidate)} | {ComparisonText.ErrorRatio(weight)} | {ComparisonText.Bytes(weight)} | {Verdict(weight.Verdict)} |");
            Line(text, $"");
        }

        if (shown.Count > ShownWeights)
            Line(text, $"{shown.Count - ShownWeights} more weights differ. {weights.Count - shown.Count} are the same.");
        else
            Line(text, $"{weights.Count - shown.Count} {(shown.Count > 0 ? "other " : "")}weights are the same.");
        Line(text, $"");
    }

    private static string Verdict(ComparisonVerdict verdict) => verdict == ComparisonVerdict.Worse ? "**worse**" : ComparisonText.Verdict(verdict);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(_culture)).Append('\n');
}
