using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers.Comparison;
using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>A comparison on a terminal.</summary>
internal static class ComparisonOutput
{
    private const int ShownWeights = 50;

    public static void Write(IAnsiConsole console, ComparisonReport comparison)
    {
        Figures(comparison).Write(console);
        var different = ComparisonText.Different(comparison.Weights);
        if (different.Count > 0)
            Weights(different).Write(console);
        if (different.Count > ShownWeights)
            console.WriteLine(ReportOutput.Text($"{FigureText.Count(different.Count - ShownWeights, "more weight")} {(different.Count - ShownWeights == 1 ? "differs" : "differ")}; --json lists all."));
        foreach (var note in comparison.Notes)
            console.WriteLine(PrintableText.Of($"Note: {note}"));
        console.WriteLine(ReportOutput.Text(
            $"{PrintableText.Name(comparison.Candidate.Path)} is {(comparison.Worse ? "worse" : "not worse")} than {PrintableText.Name(comparison.Baseline.Path)}; {comparison.Weights.Count - different.Count} of {FigureText.Count(comparison.Weights.Count, "weight")} {(comparison.Weights.Count - different.Count == 1 ? "is" : "are")} the same (tolerance {100 * comparison.Tolerance.Bytes:0.###} % of the size, {100 * comparison.Tolerance.Loss:0.###} % of 1 − R²)"));
    }

    private static FittedTable Figures(ComparisonReport comparison)
    {
        var table = new FittedTable("", "baseline", "candidate", "change", " ") { Expendable = ["change"] };
        foreach (var figure in comparison.Figures)
            table.AddRow(ReportOutput.Cell(figure.Name), ComparisonText.Value(figure.Unit, figure.Baseline),
                ComparisonText.Value(figure.Unit, figure.Candidate), ComparisonText.Change(figure), Verdict(figure.Verdict));
        var gate = comparison.Gate;
        table.AddRow("gate", ComparisonText.Gate(gate.Baseline), ComparisonText.Gate(gate.Candidate),
            ReportOutput.Cell(string.Join(", ", gate.NewlyFailing)), Verdict(gate.Verdict));
        return table;
    }

    private static FittedTable Weights(IReadOnlyList<ComparedWeight> weights)
    {
        var table = new FittedTable("weight, worst first", "baseline R²", "candidate R²", "error", "bytes", "")
        {
            Expendable = ["bytes", "error"],
        };
        foreach (var weight in weights.Take(ShownWeights))
            table.AddRow(ReportOutput.Cell(weight.Path), ComparisonText.State(weight.Baseline), ComparisonText.State(weight.Candidate),
                ComparisonText.ErrorRatio(weight), ComparisonText.Bytes(weight), Verdict(weight.Verdict));
        return table;
    }

    private static string Verdict(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Worse => "[red]worse[/]",
        ComparisonVerdict.Better => "[green]better[/]",
        _ => ComparisonText.Verdict(verdict),
    };
}
