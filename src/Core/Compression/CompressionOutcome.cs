using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers.Comparison;

namespace CompressTasks.Compression;

/// <summary>What became of one model.</summary>
/// <param name="Report">Everything that was measured.</param>
/// <param name="InputPaths">
/// The model's files: itself, then its external data, then the samples of its outputs, then the inputs of metrics, then the baseline.
/// </param>
/// <param name="ArtifactPath">The compressed model.</param>
/// <param name="ReportPaths">The reports that were written.</param>
/// <param name="Diagnostics">
/// The thresholds that do not hold, then the warnings of a search (CT4009 to CT4011), each at its place in the spec.
/// </param>
public sealed record CompressionOutcome(
    CompressionReport Report,
    IReadOnlyList<string> InputPaths,
    string ArtifactPath,
    IReadOnlyList<string> ReportPaths,
    IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>
    /// The first of <see cref="InputPaths"/>: those whose place the artifact takes in an app, which are the model and its external data.
    /// </summary>
    public IReadOnlyList<string> ModelPaths { get; init; } = [];

    /// <summary>What has changed against the baseline of the spec; null when it has none.</summary>
    internal BaselineChange? Change { get; init; }

    /// <summary>Whether the artifact is an earlier run's, because this one would only have made it again.</summary>
    internal bool IsKept { get; init; }

    /// <summary>Files that are written beside the artifact: a runnable model, external data.</summary>
    internal IReadOnlyList<string> BesidePaths { get; init; } = [];

    /// <summary>Where the measurements are recorded; null where they are not.</summary>
    internal string? RecordPath { get; init; }

    /// <summary>Every file of this model that is there now because of this run.</summary>
    internal IEnumerable<string> WrittenPaths =>
        [ArtifactPath, .. BesidePaths, .. ReportPaths, .. RecordPath is null ? Array.Empty<string>() : [RecordPath]];

    /// <summary>False when the gate fails and the spec does not ask for a warning only.</summary>
    public bool Accepted => Diagnostics.All(d => d.Severity != Severity.Error);
}
