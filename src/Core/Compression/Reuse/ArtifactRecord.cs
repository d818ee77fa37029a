using CompressTasks.Gate;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Reuse;

/// <summary>An artifact's measurements, and what they depend on: what a later run need not do again.</summary>
/// <param name="Keys">What the artifact and its measurements depend on.</param>
/// <param name="Artifact">The artifact, by the digest of its bytes.</param>
/// <param name="Outputs">Null when they were not compared.</param>
/// <param name="Metrics">The figures in the order of the spec; null when there are none, or one could not be measured.</param>
/// <param name="Probe">Null when there was no look.</param>
internal sealed record ArtifactRecord(ReuseKeys Keys, MeasuredArtifact Artifact, MeasuredOutputs? Outputs, IReadOnlyList<RecordedMetric>? Metrics,
    ProbeSummary? Probe)
{
    /// <summary>Null when it was not measured.</summary>
    public SpeedSummary? Speed { get; init; }

    /// <summary>What else was made, in the artifact's folder.</summary>
    public IReadOnlyList<RecordedFile> Beside { get; init; } = [];

    /// <summary>The samples on which a graph was rewritten, relative to the spec's folder.</summary>
    public IReadOnlyList<string> Samples { get; init; } = [];

    public static ArtifactRecord Of(ReuseKeys keys, Measurements measured) => new(
        keys,
        measured.Artifact,
        measured.Outputs,
        measured.Metrics is null || measured.Metrics.Any(metric => metric.Failure is not null) ? null
            : [.. measured.Metrics.Select(metric => new RecordedMetric(metric.Restored.Value, metric.Original?.Value))],
        measured.Probe is { Skipped: null } ? measured.Probe : null)
    {
        Speed = measured.Speed,
    };

    /// <summary>The speed that was measured, of which a run is as good as another; null when a gate asks for something else.</summary>
    public SpeedSummary? SpeedFor(ReuseKeys keys) => keys.Speed is null || keys.Speed != Keys.Speed ? null : Speed;

    /// <summary>The outputs as a gate would have measured them; null when it would measure something else, or more.</summary>
    public MeasuredOutputs? OutputsFor(ReuseKeys keys, OutputGateSpec gate)
    {
        if (Outputs is not { Summary: var summary } || keys.Outputs is null || keys.Outputs != Keys.Outputs)
            return null;
        if (OutputGate.Holds(gate, summary))
            return Outputs with { Summary = summary with { Blame = [] } };

        // The weights to blame are looked for when a gate does not hold.
        return summary.Blame.Count > 0 || Artifact.Inexact.Count == 0 ? Outputs : null;
    }

    /// <summary>The figures of metrics; null when programs must tell.</summary>
    public IReadOnlyList<MeasuredMetric>? MetricsFor(ReuseKeys keys, IReadOnlyList<MetricSpec> metrics) =>
        Metrics is null || keys.Metrics is null || keys.Metrics != Keys.Metrics ? null
            : [.. metrics.Zip(Metrics, (metric, figure) => new MeasuredMetric(metric, new(figure.Restored),
                figure.Original is { } original ? new(original) : null))];
}

/// <summary>A file that was made.</summary>
/// <param name="Name">In the artifact's folder.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
internal sealed record RecordedFile(string Name, string Sha256);

/// <summary>The figures of a metric.</summary>
/// <param name="Restored">Of the restored model.</param>
/// <param name="Original">Of the original; null when no threshold needs it.</param>
internal sealed record RecordedMetric(double Restored, double? Original);
