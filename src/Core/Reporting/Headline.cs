using System.Globalization;

namespace CompressTasks.Reporting;

/// <summary>The figures that a report is read for, in the order of what they are worth: what the model does, what it computes, what it weighs.</summary>
internal static class Headline
{
    /// <param name="Name">What it is a figure of.</param>
    /// <param name="Value">The figure.</param>
    /// <param name="Detail">What it is to be compared with, or where it is worst; null for nothing.</param>
    /// <param name="IsName">Whether the detail is a name in the model.</param>
    public sealed record Figure(string Name, string Value, string? Detail = null, bool IsName = false);

    public static IReadOnlyList<Figure> Of(CompressionReport report) =>
        [.. Metrics(report.Metrics), .. Labels(report.Outputs?.Labels), .. Outputs(report.Outputs), .. Speed(report.Speed), .. Size(report.Total),
            .. Weights(report)];

    /// <summary>The one that matters most: a metric that fails before any other, sizes never.</summary>
    public static Figure First(CompressionReport report) =>
        Metrics(report.Metrics?.OrderBy(metric => metric.Passed).ToList()).Concat(Labels(report.Outputs?.Labels)).Concat(Outputs(report.Outputs))
            .Concat(Weights(report)).First();

    /// <summary>What was looked at, in one sentence.</summary>
    public static string Measured(CompressionReport report) => report switch
    {
        { Outputs: { } outputs } => Text($"Both models were run on {Samples(outputs.Source)}."),
        { Metrics.Count: > 0 } => "Programs of the spec measured the restored model.",
        { Probe: { Skipped: null } probe } =>
            Text($"Nobody asked for the model's outputs. One look at them on {probe.Samples} random samples says little, and more than its weights."),
        _ => "Only weights were measured: what the model computes with them, nobody has looked at.",
    };

    private static IEnumerable<Figure> Metrics(IReadOnlyList<MetricSummary>? metrics) => (metrics ?? [])
        .Select(metric => new Figure(metric.Name, FigureText.Exact(metric.Value), metric.Original is { } original
            ? $"original {FigureText.Exact(original)}" : null));

    private static IEnumerable<Figure> Labels(LabelsSummary? labels) => labels is null ? [] : LabelFigures.Of(labels)
        .Select(row => new Figure($"{row.Figure}, on labels", FigureText.Optional(row.Restored, "0.0000"), $"original {FigureText.Optional(row.Original, "0.0000")}"));

    private static IEnumerable<Figure> Outputs(OutputsSummary? outputs)
    {
        if (outputs is null)
            yield break;
        if (Worst(outputs, output => output.R2) is { } worst)
            yield return new(outputs.Outputs.Count == 1 ? "R² of the output" : "lowest R² of an output", FigureText.R2(worst.R2!.Value), worst.Name, IsName: true);
        if (Worst(outputs, output => output.Top1 ?? output.Equal) is { } least)
            yield return new("top-1 agreement", FigureText.Optional(least.Top1 ?? least.Equal, "0.0000"), least.Name, IsName: true);
    }

    private static OutputSummary? Worst(OutputsSummary outputs, Func<OutputSummary, double?> figure) =>
        outputs.Outputs.Where(output => figure(output) is not null)
            .MinBy(output => double.IsNaN(figure(output)!.Value) ? double.NegativeInfinity : figure(output));

    private static IEnumerable<Figure> Speed(SpeedSummary? speed) => speed is null ? []
        : [new("times as fast", SpeedText.Ratio(speed.Ratio), speed.Failure is null
            ? $"{SpeedText.Milliseconds(speed.Original.Milliseconds)} → {SpeedText.Milliseconds(speed.Restored.Milliseconds)} a run" : null)];

    private static IEnumerable<Figure> Size(TotalSummary total) =>
    [
        new("smaller", Text($"{total.Ratio:0.00}×"), $"{FigureText.Bytes(total.OriginalBytes)} → {FigureText.Bytes(total.ArtifactBytes)}"),
    ];

    /// <summary>Where outputs are measured, R² of weights means nothing.</summary>
    private static IEnumerable<Figure> Weights(CompressionReport report)
    {
        var total = report.Total;
        if (report.Probe is { Skipped: null, Output: { } output } probe)
            yield return new($"{probe.Figure} in one look", FigureText.R2(probe.Value), output, IsName: true);
        if (report.Outputs is null)
        {
            yield return new("pooled R² of the weights", FigureText.R2(total.R2));
            yield return new("R² of the worst weight", FigureText.R2(total.WorstWeightR2), total.WorstWeight, IsName: true);
        }

        yield return new("bits per weight", Text($"{total.BitsPerWeight:0.000}"));
    }

    private static string Samples(SampleSourceSummary source) => Text(
        $"{source.Count} {(source.Path is null ? "random " : "")}{(source.Count == 1 ? "sample" : "samples")}{(source.Path is { } path ? $" of {path}" : "")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
