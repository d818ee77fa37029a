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
        Line(text, $"| | baseline | candidate | change | |");
        Line(text, $"| --- | --: | --: | --: | --- |");
        foreach (var figure in comparison.Figures)
            Line(text,
                $"| {MarkdownReport.Cell(figure.Name)} | {ComparisonText.Value(figure.Unit, figure.Baseline)} | {ComparisonText.Value(figure.Unit, figure.Candidate)} | {ComparisonText.Change(figure)} | {Verdict(figure.Verdict)} |");
        Line(text,
            $"| gate | {ComparisonText.Gate(comparison.Gate.Baseline)} | {ComparisonText.Gate(comparison.Gate.Candidate)} | {string.Join(", ", comparison.Gate.NewlyFailing.Select(MarkdownReport.Code))} | {Verdict(comparison.Gate.Verdict)} |");
        Line(text, $"");
        Weights(text, comparison.Weights);
        foreach (var note in comparison.Notes)
            Line(text, $"- {MarkdownReport.Cell(note)}");
        if (comparison.Notes.Count > 0)
            Line(text, $"");
        Line(text,
            $"<sub>Worse: {100 * comparison.Tolerance.Bytes:0.###} % more bytes, {100 * comparison.Tolerance.Loss:0.###} % more of 1 − R², or unknown where it was known.</sub>");
        return text.ToString();
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
