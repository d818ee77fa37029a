using System.Globalization;
using System.Text;

using CompressTasks.Reporting.Writers.Comparison;

namespace CompressTasks.Reporting.Writers;

/// <summary>The report for people.</summary>
internal static class MarkdownReport
{
    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    private const int ShownBlame = 10;

    private const string MarkupCharacters = @"\`*_[]<>|#&";

    public static string Write(CompressionReport report, BaselineChange? change = null) => Write(report, change, shownWeights: int.MaxValue);

    /// <summary>
    /// The report with the worst weights only, and without what is of no use in a summary: the trials of a search, levels and spec.
    /// </summary>
    /// <param name="report">What to write.</param>
    /// <param name="change">What has changed against a baseline; null where there is none.</param>
    /// <param name="shownWeights">How many weights; <see cref="int.MaxValue"/> for the whole report.</param>
    public static string Write(CompressionReport report, BaselineChange? change, int shownWeights)
    {
        var isWhole = shownWeights == int.MaxValue;
        var text = new StringBuilder();
        Verdict(text, report);
        Diagnostics(text, report.Diagnostics);
        Checks(text, report.Gate);
        Measured(text, report);
        if (report.Metrics is { } metrics)
            Metrics(text, metrics);
        if (report.Outputs is { } outputs)
            Outputs(text, outputs);
        if (report.Speed is { } speed)
            Speed(text, speed);
        if (change is not null)
            MarkdownComparison.Section(text, change);
        if (isWhole && report.Search is { } search)
            Search(text, search);
        if (isWhole && report.Runnable?.Search is { } layers)
            LayerSearch(text, layers);
        Weights(text, report, shownWeights);
        if (isWhole)
            Levels(text, report.Weights);
        Coverage(text, report.Coverage);
        if (isWhole && report.Spec is { } spec)
            Spec(text, spec);
        Line(text, $"<sub>{report.Tool} · model sha256 `{report.Model.Sha256}` · artifact sha256 `{report.Artifact.Sha256}`</sub>");
        return text.ToString();
    }

    private static void Verdict(StringBuilder text, CompressionReport report)
    {
        var verdict = report.Gate.Checks.Count == 0 ? "no gate" : report.Gate.Passed ? "gate passed" : "gate failed";
        Line(text, $"# {(!report.Gate.Passed ? "❌" : report.Gate.Checks.Count == 0 ? "⚪" : "✅")} {Cell(report.Model.Path)}: {verdict}");
        Line(text, $"");
    }

    private static void Measured(StringBuilder text, CompressionReport report)
    {
        Line(text, $"{Cell(Headline.Measured(report))}");
        Line(text, $"");
        Line(text, $"| {Code(report.Artifact.Path)} | | |");
        Line(text, $"| --- | --: | --- |");
        foreach (var figure in Headline.Of(report))
            Line(text, $"| {Cell(figure.Name)} | {figure.Value} | {(figure.Detail is null ? "" : figure.IsName ? Code(figure.Detail) : Cell(figure.Detail))} |");
        Line(text, $"");
        Notes(text, report.Notes);
    }

    private static void Diagnostics(StringBuilder text, IReadOnlyList<DiagnosticSummary> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
            Line(text, $"- {Finding(diagnostic)}");
        if (diagnostics.Count > 0)
            Line(text, $"");
    }

    internal static string Finding(DiagnosticSummary diagnostic) =>
        $"**{diagnostic.Severity} {diagnostic.Code}**{(diagnostic.Place is { } place ? $" {Code(place)}" : "")}: {Cell(diagnostic.Message)}";

    private static void Notes(StringBuilder text, IReadOnlyList<string> notes)
    {
        foreach (var note in notes)
            Line(text, $"- {Cell(note)}");
        if (notes.Count > 0)
            Line(text, $"");
    }

    private static void Checks(StringBuilder text, GateSummary gate)
    {
        if (gate.Checks.Count == 0)
        {
            Line(text, $"The spec sets no gate: nothing was checked.");
            Line(text, $"");
            return;
        }

        Line(text, $"| gate | asked | measured | |");
        Line(text, $"| --- | --: | --: | --- |");
        foreach (var check in gate.Checks)
            Line(text,
                $"| {Cell(check.Name)} | {FigureText.Number(check.Threshold)} | {FigureText.Number(check.Actual)} | {(check.Passed ? "passed" : "**failed**")} |");
        Line(text, $"");
    }

    private static void Outputs(StringBuilder text, OutputsSummary outputs)
    {
        Line(text, $"## Outputs");
        Line(text, $"");
        Line(text,
            $"Original and restored model on {outputs.Source.Count} {(outputs.Source.Count == 1 ? "sample" : "samples")}{(outputs.Source.Path is { } path ? $" of {Code(path)}" : ", random")}. KL is the Kullback–Leibler divergence in nats.");
        Line(text, $"");
        Line(text, $"| output | type | values | R² | SNR, dB | cosine | largest error | top-1 | KL | equal |");
        Line(text, $"| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var output in outputs.Outputs)
            Output(text, Code(output.Name), output);
        if (outputs.Outputs.Count > 1)
            Output(text, "**pooled**", outputs.Pooled);
        Line(text, $"");
        if (outputs.Labels is { } labels)
            Labels(text, labels);
        if (outputs.NotCompared.Count > 0)
        {
            Line(text, $"Not compared, being no tensors of numbers or truth values: {string.Join(", ", outputs.NotCompared.Select(Code))}.");
            Line(text, $"");
        }

        foreach (var reason in outputs.LeftOut.GroupBy(output => output.Reason))
        {
            Line(text, $"Not compared, {reason.Key}: {string.Join(", ", reason.Select(output => Code(output.Name)))}.");
            Line(text, $"");
        }

        if (outputs.Blame.Count > 0)
            Blame(text, outputs.Blame);
    }

    private static void Output(StringBuilder text, string name, OutputSummary output) =>
        Line(text,
            $"| {name} | {output.Dtype} | {output.Values} | {(output.R2 is { } r2 ? FigureText.R2(r2) : "–")} | {FigureText.Optional(output.Snr, "0.00")} | {FigureText.Optional(output.Cosine, "0.000000")} | {FigureText.Optional(output.MaxAbsError, "0.###e+0")} | {FigureText.Optional(output.Top1, "0.0000")} | {FigureText.Optional(output.Kl, "0.###e+0")} | {FigureText.Optional(output.Equal, "0.0000")} |");

    private static void Labels(StringBuilder text, LabelsSummary labels)
    {
        Line(text, $"{Code(labels.Output)} against {labels.Original.Count} labels of {Code(labels.Array)}:");
        Line(text, $"");
        Line(text, $"| | original | restored |");
        Line(text, $"| --- | --: | --: |");
        foreach (var (figure, original, restored) in LabelFigures.Of(labels))
            Line(text, $"| {figure} | {FigureText.Optional(original, "0.0000")} | {FigureText.Optional(restored, "0.0000")} |");
        Line(text, $"");
    }

    private static void Blame(StringBuilder text, IReadOnlyList<BlameSummary> blame)
    {
        Line(text, $"How much of the output error goes away when one weight alone is the original one, on the first samples; errors interact, so these shares do not add up to 100 %:");
        Line(text, $"");
        Line(text, $"| weight | share of the error | R² of the outputs then |");
        Line(text, $"| --- | --: | --: |");
        foreach (var weight in blame.Take(ShownBlame))
            Line(text, $"| {Code(weight.Path)} | {100 * weight.Share:0.0} % | {FigureText.R2(weight.R2)} |");
        Line(text, $"");
    }

    private static void Speed(StringBuilder text, SpeedSummary speed)
    {
        Line(text, $"## Speed");
        Line(text, $"");
        Line(text, $"{Cell(speed.Failure ?? SpeedText.Measured(speed))}");
        Line(text, $"");
        if (speed.Failure is not null)
            return;
        Line(text, $"| | original | restored |");
        Line(text, $"| --- | --: | --: |");
        foreach (var (figure, original, restored) in SpeedText.Figures(speed))
            Line(text, $"| {figure} | {original} | {restored} |");
        Line(text, $"");
        Line(text, $"Where the time of a run goes:");
        Line(text, $"");
        Line(text, $"| operator | original | restored |");
        Line(text, $"| --- | --: | --: |");
        foreach (var (type, original, restored) in SpeedText.Operators(speed))
            Line(text, $"| {Cell(type)} | {SpeedText.Milliseconds(original)} | {SpeedText.Milliseconds(restored)} |");
        Line(text, $"");
    }

    private static void Metrics(StringBuilder text, IReadOnlyList<MetricSummary> metrics)
    {
        Line(text, $"## Metrics");
        Line(text, $"");
        Line(text, $"| metric | restored | original | asked | | program |");
        Line(text, $"| --- | --: | --: | --- | --- | --- |");
        foreach (var metric in metrics)
            Line(text,
                $"| {Cell(metric.Name)} | {FigureText.Exact(metric.Value)} | {(metric.Original is { } original ? FigureText.Exact(original) : "–")} | {MetricText.Asked(metric)} | {(metric.Passed ? "passed" : "**failed**")} | {Code(metric.Command)} |");
        Line(text, $"");
        foreach (var metric in metrics.Where(metric => metric.Output is not null))
        {
            Line(text, $"What the program of {Cell(metric.Name)} wrote last:");
            Line(text, $"");
            Listing(text, "text", metric.Output!);
        }
    }

    private static void Search(StringBuilder text, SearchSummary search)
    {
        Line(text, $"## Search for the smallest artifact");
        Line(text, $"");
        var measured = string.Concat(SearchText.Measured(search).Select(part => part.IsName ? Code(part.Text) : Cell(part.Text)));
        Line(text, $"{measured}");
        Line(text, $"");
        Line(text, $"| trial | bytes of these weights | R² of the outputs | gate |");
        Line(text, $"| --: | --: | --: | --- |");
        foreach (var (index, trial) in search.Trials.Index())
        {
            var r2 = trial.OutputR2 is { } known ? FigureText.R2(known) : "–";
            Line(text, $"| {index + 1} | {trial.Bytes} | {r2} | {(trial.Passed ? "passed" : "failed")}{(trial.IsTaken ? ", **taken**" : "")} |");
        }

        Line(text, $"");
    }

    private static void LayerSearch(StringBuilder text, LayerSearchSummary search)
    {
        Line(text, $"## Search over layers");
        Line(text, $"");
        Line(text, $"{Cell(LayerSearchText.Measured(search))}");
        Line(text, $"");
        Line(text, $"| trial | layers rewritten | R² of the outputs | lost of what may be lost | gate |");
        Line(text, $"| --: | --: | --: | --: | --- |");
        foreach (var (index, trial) in search.Trials.Index())
        {
            var r2 = trial.OutputR2 is { } known ? FigureText.R2(known) : "–";
            Line(text, $"| {index + 1} | {trial.Rewritten} | {r2} | {LayerSearchText.Share(trial.Lost)} | {(trial.Passed ? "passed" : "failed")} |");
        }

        Line(text, $"");
        Line(text, $"| weight | became | because | tried | loses alone | saves |");
        Line(text, $"| --- | --- | --- | --- | --: | --: |");
        foreach (var row in LayerSearchText.Rows(search))
        {
            var path = row.Path.Length == 0 ? "" : Code(row.Path);
            Line(text, $"| {path} | {row.Form} | {Cell(row.Reason)} | {row.Tried} | {row.Loss} | {row.Saved} |");
        }

        Line(text, $"");
    }

    private static void Weights(StringBuilder text, CompressionReport report, int shown)
    {
        var (weights, heading) = WeightOrder.For(report);
        if (weights.Count == 0)
            return;
        Line(text, $"## {heading}");
        Line(text, $"");
        Line(text,
            $"`bound` is ½·log2(1/(1−R²)), the fewest bits that any coder needs for independent Gaussian values at this R²; trained weights can go below it.");
        Line(text, $"");
        Line(text, $"| weight | bytes | share | R² | bits per weight | bound | ratio | stack | shape | type |");
        Line(text, $"| --- | --: | --: | --: | --: | --: | --: | --- | --- | --- |");
        foreach (var w in weights.Take(shown))
            Line(text,
                $"| {Code(w.Path)} | {w.CompressedBytes} | {100.0 * w.CompressedBytes / Math.Max(1, report.Total.ArtifactBytes):0.0} % | {FigureText.R2(w.R2)} | {w.BitsPerWeight:0.000} | {(w.ShannonBits is { } bound ? bound.ToString("0.000", _culture) : "–")} | {w.OriginalBytes / (double)w.CompressedBytes:0.00} | {Cell(w.ShownStack)} | {string.Join("×", w.Shape)} | {w.Dtype} |");
        Line(text, $"");
        if (weights.Count > shown)
        {
            Line(text, $"{weights.Count - shown} more weights are in the whole report.");
            Line(text, $"");
        }
    }

    private static void Levels(StringBuilder text, IReadOnlyList<WeightSummary> weights)
    {
        // A weight that is only quantized has one level that the table above already describes.
        var stacked = weights.Where(w => w.Levels.Count > 2).ToList();
        if (stacked.Count == 0)
            return;
        Line(text, $"## Levels");
        Line(text, $"");
        Line(text,
            $"R² to the level before says how well a stage kept its own input; only R² to the weights says what is left of the model. PR is the participation ratio of the level's parameters.");
        Line(text, $"");
        Line(text,
            $"| weight | level | parameters | level ratio | cumulative ratio | R² to level before | R² to weights | PR | components for 95 % |");
        Line(text, $"| --- | --- | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var weight in stacked)
        {
            for (var i = 0; i < weight.Levels.Count; i++)
            {
                var level = weight.Levels[i];
                Line(text,
                    $"| {(i == 0 ? Code(weight.Path) : "")} | L{i} {level.Name}{(level.Kept ? "" : " (tried, dropped)")} | {level.Parameters} | {level.LevelRatio:0.00} | {level.CumulativeRatio:0.00} | {FigureText.R2(level.R2ToPrevious)} | {FigureText.R2(level.R2ToWeights)} | {(level.ParticipationRatio is { } pr ? pr.ToString("0.00", _culture) : "–")} | {(level.ComponentsFor95 is { } n ? n.ToString(_culture) : "–")} |");
            }
        }

        Line(text, $"");
    }

    private static void Coverage(StringBuilder text, CoverageSummary coverage)
    {
        var keptBytes = coverage.Kept.Sum(k => k.Bytes);
        var sharedBytes = coverage.Shared.Sum(s => s.Bytes);
        Line(text, $"## Coverage");
        Line(text, $"");
        Line(text, $"| | weights | bytes in the model | bytes in the artifact |");
        Line(text, $"| --- | --: | --: | --: |");
        Line(text, $"| coded with a loss | {coverage.Coded.Weights} | {coverage.Coded.Bytes} | {coverage.Coded.CompressedBytes} |");
        foreach (var reason in coverage.Kept.GroupBy(k => k.Reason).OrderByDescending(g => g.Sum(k => k.Bytes))
            .ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            var own = reason.Where(k => k.CompressedBytes is not null).Sum(k => k.CompressedBytes!.Value);
            var inside = reason.Count(k => k.CompressedBytes is null);
            Line(text,
                $"| kept: {Cell(reason.Key)} | {reason.Count()} | {reason.Sum(k => k.Bytes)} | {own}{(inside > 0 ? $" + {inside} in the model's structure" : "")} |");
        }

        if (coverage.Shared.Count > 0)
            Line(text, $"| shared with another weight | {coverage.Shared.Count} | {sharedBytes} | 0 |");
        if (coverage.AttributeFloats > 0)
            Line(text,
                $"| in attributes: carried exactly | {coverage.AttributeFloats} floats | {coverage.AttributeBytes} | in the model's structure |");
        if (coverage.StructureBytes is { } structure)
            Line(text, $"| the model's structure | | {structure - coverage.AttributeBytes} | |");
        var total = coverage.Coded.Bytes + keptBytes + sharedBytes + (coverage.StructureBytes ?? 0);
        Line(text, $"| **total** | {coverage.Coded.Weights + coverage.Kept.Count + coverage.Shared.Count} | {total} | |");
        Line(text, $"");
    }

    private static void Spec(StringBuilder text, SpecSummary spec)
    {
        Line(text, $"## Spec");
        Line(text, $"");
        Line(text,
            $"{(spec.Path is { } path ? $"As used, from {Code(path)}." : "The model was compressed without a spec; this one says the same.")}");
        Line(text, $"");
        foreach (var value in spec.Overrides)
            Line(text, $"- {Code(value.Key)} was {Code(value.Value)}, from {Code(value.Origin)}");
        if (spec.Overrides.Count > 0)
            Line(text, $"");
        if (spec.Text is not { } yaml)
            return;
        Listing(text, "yaml", yaml.ReplaceLineEndings("\n").TrimEnd('\n'));
    }

    private static void Listing(StringBuilder text, string language, string lines)
    {
        var fence = new string('`', Math.Max(3, LongestRun(lines, '`') + 1));
        Line(text, $"{fence}{language}");
        Line(text, $"{lines}");
        Line(text, $"{fence}");
        Line(text, $"");
    }

    /// <summary>
    /// A name as code. Between longer fences than any run of backticks in it, a name may hold backticks; a table's cell ends at a bare |.
    /// </summary>
    internal static string Code(string name)
    {
        var fence = new string('`', LongestRun(name, '`') + 1);
        var padding = name.StartsWith('`') || name.EndsWith('`') ? " " : "";
        return $"{fence}{padding}{OneLine(name).Replace("|", "\\|", StringComparison.Ordinal)}{padding}{fence}";
    }

    /// <summary>A name as text: what Markdown or HTML would take for markup stands for itself.</summary>
    internal static string Cell(string name)
    {
        var text = new StringBuilder();
        foreach (var character in OneLine(name))
            text.Append(MarkupCharacters.Contains(character, StringComparison.Ordinal) ? $"\\{character}" : character.ToString());
        return text.ToString();
    }

    private static string OneLine(string name) => string.Concat(name.Select(character => char.IsControl(character) ? ' ' : character));

    private static int LongestRun(string text, char character)
    {
        var (longest, run) = (0, 0);
        foreach (var current in text)
            longest = Math.Max(longest, run = current == character ? run + 1 : 0);
        return longest;
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(_culture)).Append('\n');
}
