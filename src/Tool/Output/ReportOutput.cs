using System.Globalization;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>Outcomes as a person reads them in a terminal, and as JSON.</summary>
internal static class ReportOutput
{
    private const int WorstWeights = 3;

    public static string Json(IReadOnlyList<CompressionOutcome> outcomes)
    {
        var reports = outcomes.Select(o => JsonReport.Write(o.Report)).ToList();
        return reports.Count == 1 ? reports[0] : $"[\n{string.Join(",\n", reports.Select(r => r.TrimEnd()))}\n]\n";
    }

    /// <summary>One line per model, as build logs have one per project.</summary>
    /// <param name="outcomes">In the order of the models.</param>
    /// <param name="change">What has changed of a model, in one line; null for nothing.</param>
    public static string Lines(IEnumerable<CompressionOutcome> outcomes, Func<CompressionOutcome, string?> change) =>
        string.Concat(outcomes.Select(outcome => Line(outcome, change(outcome))));

    public static void Summary(IAnsiConsole console, IReadOnlyList<CompressionOutcome> outcomes, Func<CompressionOutcome, string?> change,
        IReadOnlyList<string> overviews, Verbosity verbosity)
    {
        Models(outcomes).Write(console);
        foreach (var outcome in outcomes)
        {
            if (change(outcome) is { } changed)
                console.WriteLine(PrintableText.Of($"{outcome.Report.Model.Path}: {changed}"));
            foreach (var note in outcome.Report.Notes)
                console.WriteLine(PrintableText.Of(note));
            if (verbosity >= Verbosity.Normal)
            {
                Checks(console, outcome.Report.Gate);
                console.WriteLine(Counts(outcome.Report.Coverage));
                var count = verbosity >= Verbosity.Detailed ? int.MaxValue : WorstWeights;
                Weights(console, outcome.Report, count);
            }

            foreach (var path in (IEnumerable<string>)[outcome.ArtifactPath, .. outcome.BesidePaths, .. outcome.ReportPaths])
                console.WriteLine(PrintableText.Name(path));
        }

        foreach (var path in overviews)
            console.WriteLine(PrintableText.Name(path));
    }

    /// <summary>Everything that is called a count of weights elsewhere, each by its name.</summary>
    private static string Counts(CoverageSummary coverage)
    {
        var exact = coverage.Kept.Count + coverage.Shared.Count;
        var chunks = coverage.Kept.Count(weight => weight.CompressedBytes is not null);
        return Text(
            $"{coverage.Coded.Weights} of {coverage.Coded.Weights + exact} weights are coded with a loss; {coverage.Kept.Count} are carried exactly, {chunks} of them in chunks of their own")
            + (coverage.Shared.Count > 0 ? Text($"; {coverage.Shared.Count} are equal to others") : "");
    }

    private static FittedTable Models(IReadOnlyList<CompressionOutcome> outcomes)
    {
        var table = new FittedTable("model", "original", "artifact", "ratio", "bits/weight", "pooled R²", "worst weight's R²", "gate")
        {
            Expendable = ["bits/weight", "worst weight's R²", "pooled R²", "original"],
        };
        foreach (var report in outcomes.Select(o => o.Report))
        {
            var total = report.Total;
            table.AddRow(
                Cell(report.Model.Path),
                FigureText.Bytes(total.OriginalBytes),
                FigureText.Bytes(total.ArtifactBytes),
                Text($"{total.Ratio:0.00}"),
                Text($"{total.BitsPerWeight:0.000}"),
                FigureText.R2(total.R2),
                FigureText.R2(total.WorstWeightR2),
                report.Gate.Checks.Count == 0 ? "not set" : report.Gate.Passed ? "[green]passed[/]" : "[red]failed[/]");
        }

        return table;
    }

    private static string Line(CompressionOutcome outcome, string? change)
    {
        var total = outcome.Report.Total;
        var gate = outcome.Report.Gate.Checks.Count == 0 ? "no gate" : outcome.Report.Gate.Passed ? "gate passed" : "gate failed";
        return Text(
            $"{PrintableText.Name(outcome.Report.Model.Path)} -> {PrintableText.Name(outcome.ArtifactPath)} ({FigureText.Bytes(total.OriginalBytes)} to {FigureText.Bytes(total.ArtifactBytes)}, {total.Ratio:0.00}x, {Quality(outcome.Report)}, {gate}{(change is null ? "" : $"; {PrintableText.Of(change)}")}){Environment.NewLine}");
    }

    /// <summary>Where outputs were compared, R² of weights says little.</summary>
    private static string Quality(CompressionReport report) =>
        report.Outputs?.Outputs.Where(output => output.R2 is not null).Select(output => output.R2!.Value).ToList() is { Count: > 0 } outputs
            ? $"{(outputs.Count == 1 ? "output" : "worst output")} R² {FigureText.R2(outputs.Any(double.IsNaN) ? double.NaN : outputs.Min())}"
            : $"R² {FigureText.R2(report.Total.R2)}, worst weight {FigureText.R2(report.Total.WorstWeightR2)}";

    public static void Checks(IAnsiConsole console, GateSummary gate)
    {
        foreach (var check in gate.Checks)
            console.MarkupLine(
                $"{(check.Passed ? "[green]passed[/]" : "[red]failed[/]")} {Cell(check.Name)}: asked {FigureText.Number(check.Threshold)}, measured {FigureText.Number(check.Actual)}");
    }

    private static void Weights(IAnsiConsole console, CompressionReport report, int count)
    {
        if (report.Weights.Count == 0)
            return;
        var worst = report.Weights.WorstFirst(w => w.R2, w => w.Path).Take(count).ToList();
        var table = new FittedTable(worst.Count == report.Weights.Count ? "coded weight, worst first" : $"worst {worst.Count} of {report.Weights.Count} coded weights",
            "stack", "shape", "R²", "bits/weight", "bound")
        {
            Expendable = ["bound", "stack", "shape"],
        };
        foreach (var w in worst)
            table.AddRow(Cell(w.Path), Cell(w.ShownStack), string.Join('×', w.Shape), FigureText.R2(w.R2),
                Text($"{w.BitsPerWeight:0.000}"), w.ShannonBits is { } bound ? Text($"{bound:0.000}") : "–");
        table.Write(console);
    }

    /// <summary>Text of a file, in markup.</summary>
    public static string Cell(string text) => Markup.Escape(PrintableText.Name(text));

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
