using System.Text.Json.Serialization;

namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>
/// Two compressions of a model side by side. The JSON form is this record with camel-case names; a value that is unknown is written as null.
/// </summary>
/// <param name="SchemaVersion">Version of this layout; raised when a reader would have to change.</param>
/// <param name="Worse">Whether anything has become worse beyond the tolerance.</param>
/// <param name="Tolerance">What counts as equal.</param>
/// <param name="Baseline">What is compared with.</param>
/// <param name="Candidate">What is compared.</param>
/// <param name="Figures">Figures of the whole model, then of its outputs.</param>
/// <param name="Gate">The gate's verdicts.</param>
/// <param name="Weights">
/// Every weight of either file, the worst regression first. Weights are left out of which an artifact does not tell and that no report codes with a
/// loss.
/// </param>
/// <param name="Notes">What to know before trusting the figures.</param>
internal sealed record ComparisonReport(
    int SchemaVersion,
    bool Worse,
    ComparisonTolerance Tolerance,
    ComparedFile Baseline,
    ComparedFile Candidate,
    IReadOnlyList<ComparedFigure> Figures,
    ComparedGate Gate,
    IReadOnlyList<ComparedWeight> Weights,
    IReadOnlyList<string> Notes)
{
    /// <summary>The version of the layout that this library writes.</summary>
    public const int CurrentSchemaVersion = 1;
}

/// <summary>One of the two files.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Kind"><c>report</c>, <c>artifact</c> or, of a runnable model, <c>model</c>.</param>
/// <param name="Producer">The tool and version that made it; empty for a runnable model, which does not say.</param>
internal sealed record ComparedFile(string Path, string Kind, string Producer);

/// <summary>A figure in both files.</summary>
/// <param name="Name">What it is, such as <c>pooled R²</c>.</param>
/// <param name="Unit"><c>bytes</c>, <c>R²</c>, <c>share</c>, <c>values</c>, <c>nats</c>, <c>error</c> or <c>metric</c>.</param>
/// <param name="Baseline">Not a number when unknown.</param>
/// <param name="Candidate">Not a number when unknown.</param>
/// <param name="Verdict">What became of it.</param>
internal sealed record ComparedFigure(string Name, string Unit, double Baseline, double Candidate, ComparisonVerdict Verdict);

/// <summary>The gates of both files.</summary>
/// <param name="Baseline">Whether it holds; null when unknown.</param>
/// <param name="Candidate">Whether it holds; null when unknown.</param>
/// <param name="NewlyFailing">Thresholds that fail in the candidate and not in the baseline.</param>
/// <param name="Verdict">Worse when a threshold newly fails.</param>
internal sealed record ComparedGate(bool? Baseline, bool? Candidate, IReadOnlyList<string> NewlyFailing, ComparisonVerdict Verdict);

/// <summary>A weight in both files.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Verdict">What became of its quality.</param>
/// <param name="Baseline">The weight in the baseline.</param>
/// <param name="Candidate">The weight in the candidate.</param>
internal sealed record ComparedWeight(string Path, ComparisonVerdict Verdict, WeightState Baseline, WeightState Candidate)
{
    /// <summary>
    /// The share of variance that is lost, 1 − R², against that of the baseline: 2 when it doubled. Not a number when unknown, or when both are
    /// exact.
    /// </summary>
    public double ErrorRatio => (1 - Candidate.R2) / (1 - Baseline.R2);

    /// <summary>Whether the weight is carried in another way than before.</summary>
    public bool IsCodedDifferently => Baseline.Coding != Candidate.Coding;
}

/// <summary>A weight in one file.</summary>
/// <param name="Coding">How it is carried.</param>
/// <param name="R2">Coefficient of determination, 1 when it is carried exactly; not a number when unknown.</param>
/// <param name="Bytes">Bytes of its own in the artifact; null when it has none, or when they are unknown.</param>
internal readonly record struct WeightState(ComparedCoding Coding, double R2, long? Bytes);

/// <summary>How a weight is carried.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComparedCoding>))]
internal enum ComparedCoding
{
    /// <summary>The model has no such weight.</summary>
    [JsonStringEnumMemberName("absent")]
    Absent,

    /// <summary>The file does not tell: an artifact lists only weights with bytes of their own.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>Exactly.</summary>
    [JsonStringEnumMemberName("exact")]
    Exact,

    /// <summary>With a loss.</summary>
    [JsonStringEnumMemberName("lossy")]
    Lossy,

    /// <summary>By the bytes of another weight.</summary>
    [JsonStringEnumMemberName("shared")]
    Shared,
}

/// <summary>What became of a figure.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComparisonVerdict>))]
internal enum ComparisonVerdict
{
    /// <summary>Worse than the tolerance allows, or unknown in a report where the baseline's is known.</summary>
    [JsonStringEnumMemberName("worse")]
    Worse,

    /// <summary>There is no figure in the baseline to compare with, or the candidate is an artifact, which does not tell.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>Another figure is what matters: of weights after <c>for: outputs</c>.</summary>
    [JsonStringEnumMemberName("notJudged")]
    NotJudged,

    /// <summary>Better by more than the tolerance.</summary>
    [JsonStringEnumMemberName("better")]
    Better,

    /// <summary>Equal within the tolerance.</summary>
    [JsonStringEnumMemberName("same")]
    Same,
}
