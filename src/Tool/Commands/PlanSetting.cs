using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Tool.Commands;

/// <summary>A value that a run would use, and who has set it.</summary>
/// <param name="Name">As the spec calls it; <c>threads</c> is of the command line alone.</param>
/// <param name="Value">As it would be written.</param>
/// <param name="From">A place in the spec, an option of the command line, or <c>default</c>.</param>
internal sealed record PlanSetting(string Name, string Value, string From)
{
    private const string Default = "default";

    /// <summary>Every setting beside the rules, whose places stand with the weights.</summary>
    public static IReadOnlyList<PlanSetting> Of(SpecJob job) =>
    [
        new("output", job.Options.Output ?? job.Spec.Output, job.Options.Output is not null ? "--output" : job.IsModel ? Default
            : Place(job.Spec.OutputAt)),
        .. job.Format is { } format ? new[] { new PlanSetting("format", format.ToString().ToLowerInvariant(), "--format") } : [],
        new("report", string.Join(", ", job.Spec.Reports.Select(format => format.ToString().ToLowerInvariant())), job.HasReports ? "--report"
            : Place(job.Spec.ReportsAt)),
        .. job.Spec.Baseline is { } baseline
            ? new[] { new PlanSetting("baseline", baseline.Path, job.HasBaseline ? "--baseline" : Place(baseline.At)) } : [],
        new("threads", Text(job.Options.Threads), job.HasThreads ? "--threads" : Default),
        .. job.Spec.Gate is { } gate ? OfGate(job, gate) : [],
    ];

    private static IEnumerable<PlanSetting> OfGate(SpecJob job, GateSpec gate)
    {
        if (gate.R2 is { } r2)
            yield return new("gate.r2", Text(r2.Value), job.HasR2 ? "--r2" : Place(job, r2));
        foreach (
            var (name, threshold) in (IEnumerable<(string, Threshold?)>)[("weightR2", gate.WeightR2), ("ratio", gate.Ratio),
                ("maxBytes", gate.MaxBytes), ("outputs.r2", gate.Outputs?.R2), ("outputs.cosine", gate.Outputs?.Cosine),
                    ("outputs.top1", gate.Outputs?.Top1)])
        {
            if (threshold is not null)
                yield return new($"gate.{name}", Text(threshold.Value), name == "weightR2" && job.HasWeightR2 ? "--weight-r2"
                    : Place(job, threshold));
        }

        if (gate.Speed is { } speed)
            yield return new("gate.speed", $"{Text(speed.AtLeast.Value)}; {FigureText.Count(speed.Threads, "thread")}", Place(speed.AtLeast.At));
        foreach (var metric in gate.Metrics)
            yield return new($"gate.metrics.{metric.Name}", $"{Asked(metric)}; {metric.Command}", Place(metric.At));

        yield return new("gate.onFailure", gate.OnFailure.ToString().ToLowerInvariant(), job.HasOnFailure ? "--on-failure"
            : gate.OnFailureAt is { } at ? Place(at) : Default);
    }

    private static string Asked(MetricSpec metric) => string.Join(", ",
        from pair in (IEnumerable<(string Kind, Threshold? Threshold)>)
            [("atLeast", metric.AtLeast), ("atMost", metric.AtMost), ("increase", metric.Increase), ("drop", metric.Drop)]
        where pair.Threshold is not null
        select MetricText.Asked(pair.Kind, pair.Threshold.Value));

    /// <summary>The gate of a model without a spec is made of <c>--r2</c> alone.</summary>
    private static string Place(SpecJob job, Threshold threshold) => job.IsModel ? job.HasR2 ? "--r2" : Default : Place(threshold.At);

    private static string Place(SourceLocation? at) => at is null ? Default : FormattableString.Invariant($"{at.File}({at.Line},{at.Column})");

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
