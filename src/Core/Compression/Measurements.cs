using CompressTasks.Gate;
using CompressTasks.Reporting;

namespace CompressTasks.Compression;

/// <summary>All that was measured of a model and its artifact, whatever a gate asks for.</summary>
/// <param name="Artifact">The artifact and its weights.</param>
/// <param name="Outputs">Null when they were not compared.</param>
/// <param name="Metrics">Null when there are none.</param>
/// <param name="Probe">Null when outputs were compared, or nothing was coded with a loss.</param>
internal sealed record Measurements(MeasuredArtifact Artifact, MeasuredOutputs? Outputs, IReadOnlyList<MeasuredMetric>? Metrics, ProbeSummary? Probe)
{
    /// <summary>How fast the result is; null when the gate does not ask for it.</summary>
    public SpeedSummary? Speed { get; init; }
}

/// <summary>What is known of an artifact from making and verifying it.</summary>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of its bytes.</param>
/// <param name="Total">Figures of the whole model.</param>
/// <param name="Weights">The weights that were coded with a loss, in the model's order.</param>
/// <param name="Coverage">Where every byte of every weight went.</param>
/// <param name="Search">How it was found; null when no stack says <c>for: outputs</c>.</param>
/// <param name="Inexact">The weights that do not come back as they were, in the artifact's order.</param>
internal sealed record MeasuredArtifact(string Sha256, TotalSummary Total, IReadOnlyList<WeightSummary> Weights, CoverageSummary Coverage,
    SearchSummary? Search, IReadOnlyList<string> Inexact)
{
    /// <summary>The weights of which a few values hold the variance, and most others are lost.</summary>
    public IReadOnlyList<HiddenLoss> HiddenLosses { get; init; } = [];

    /// <summary>The others of which at least a tenth of the rows or columns is small beside the others and lost.</summary>
    public IReadOnlyList<HiddenLoss> LostTenths { get; init; } = [];

    /// <summary>What the graph computes with in place of weights; null when it is the original's.</summary>
    public RunnableSummary? Runnable { get; init; }

    /// <summary>Of the other weights whose rows are looked up, those of which some rows are lost.</summary>
    public IReadOnlyList<LostRows> LostRows { get; init; } = [];
}

/// <summary>What is known of the outputs.</summary>
/// <param name="Summary">The figures.</param>
/// <param name="Unfed">Outputs that look like inputs of a next run, where the samples are no sequences.</param>
/// <param name="OnlyPastLength">The one length that a cache has in all samples; null when there is no such thing.</param>
/// <param name="Files">The samples' files, relative to the spec's folder.</param>
internal sealed record MeasuredOutputs(OutputsSummary Summary, IReadOnlyList<UnfedState> Unfed, PastLength? OnlyPastLength,
    IReadOnlyList<string> Files);

/// <summary>An output that looks like an input of a next run.</summary>
/// <param name="Input">The input.</param>
/// <param name="Output">The output.</param>
internal sealed record UnfedState(string Input, string Output);
