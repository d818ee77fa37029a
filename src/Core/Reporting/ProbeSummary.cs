using System.Text.Json.Serialization;

namespace CompressTasks.Reporting;

/// <summary>One look at what a model computes, on random samples, where nobody asked for outputs.</summary>
/// <param name="Samples">How many; 0 when there was no look.</param>
/// <param name="Output">The output with the lowest figure; null when none has one.</param>
/// <param name="R2">Its R² against the original; null when unknown, or when it is of whole numbers.</param>
/// <param name="WorstWeight">Where the figure is low: the weight that takes away the most of the error when it alone is the original one, as far as
/// that was tried.</param>
/// <param name="Skipped">Why there was no look; null when there was one.</param>
public sealed record ProbeSummary(int Samples, string? Output, double? R2, string? WorstWeight, string? Skipped)
{
    /// <summary>Below this, outputs are worth a warning.</summary>
    internal const double Least = 0.95;

    /// <summary>Of an output of whole numbers, where no other has a figure: the share of equal values, 0 to 1.</summary>
    public double? Equal { get; init; }

    /// <summary>Why ONNX Runtime cannot run the restored model on samples that the original runs on; null when it can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Failure { get; init; }

    /// <summary>Whether the model refuses what was tried, so that nobody has looked at what it computes.</summary>
    internal bool IsRefused { get; init; }

    /// <summary>Whether the model computes something else.</summary>
    internal bool IsAlarming => Skipped is null && Output is not null && !((R2 ?? Equal) >= Least);

    /// <summary>What was looked at, for people.</summary>
    [JsonIgnore]
    internal string Figure => Equal is null ? "R²" : "the share of equal values";

    /// <summary>Its value; not a number when unknown.</summary>
    [JsonIgnore]
    internal double Value => R2 ?? Equal ?? double.NaN;
}
