using System.Text.Json.Serialization;

namespace CompressTasks.Reporting;

/// <summary>What an artifact decodes to, against the model that it was made from.</summary>
/// <param name="Artifact">The artifact's path.</param>
/// <param name="Model">The model's path.</param>
/// <param name="R2">Pooled R² of the weights that were coded with a loss; 1 when there are none.</param>
/// <param name="WorstWeightR2">The lowest R² of a single weight.</param>
/// <param name="WorstWeight">Its path, or null when no weight was coded with a loss.</param>
/// <param name="Weights">Every weight that was coded with a loss, in the model's order.</param>
internal sealed record Verification(string Artifact, string Model, double R2, double WorstWeightR2, string? WorstWeight,
    IReadOnlyList<VerifiedWeight> Weights)
{
    /// <summary>What the models compute on samples; null when none are given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OutputsSummary? Outputs { get; init; }

    /// <summary>How fast the result is; null without a spec, or when its gate does not ask for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SpeedSummary? Speed { get; init; }

    /// <summary>The figures of the spec's metrics; null without a spec, or when it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MetricSummary>? Metrics { get; init; }

    /// <summary>Whether the gate of a spec holds; null without a spec.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GateSummary? Gate { get; init; }
}

/// <summary>One weight of a <see cref="Verification"/>.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="R2">Its R².</param>
internal sealed record VerifiedWeight(string Path, double R2);

/// <summary>An artifact that is whole: every chunk has its checksum, and decodes to the bits that were measured when it was made.</summary>
/// <param name="Artifact">The artifact's path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Chunks">Weights that it keeps by themselves.</param>
/// <param name="Lossless">Those of them that are the original's, bit by bit.</param>
internal sealed record IntegrityCheck(string Artifact, long Bytes, int Chunks, int Lossless);
