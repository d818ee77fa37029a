using System.Text.Json.Serialization;

namespace CompressTasks.Reporting;

/// <summary>How far the outputs of the restored model are from those of the original, on the same samples.</summary>
/// <param name="Source">The samples.</param>
/// <param name="Outputs">In the model's order.</param>
/// <param name="Pooled">All outputs taken together.</param>
/// <param name="NotCompared">Outputs that are no tensors of numbers or truth values.</param>
/// <param name="Blame">
/// When a threshold does not hold: the weights by their share of the output error, the worst first. Weights are missing that were only tried together
/// with others.
/// </param>
public sealed record OutputsSummary(
    SampleSourceSummary Source,
    IReadOnlyList<OutputSummary> Outputs,
    OutputSummary Pooled,
    IReadOnlyList<string> NotCompared,
    IReadOnlyList<BlameSummary> Blame)
{
    /// <summary>Outputs of numbers or truth values that were not compared all the same.</summary>
    public IReadOnlyList<LeftOutSummary> LeftOut { get; init; } = [];

    /// <summary>Why ONNX Runtime cannot run the restored model, where it can run the original; null when it can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Failure { get; init; }

    /// <summary>
    /// Which input of which sample has NaN, in words, where values of outputs cannot be compared; null when they can, or no input has.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NaNInSamples { get; init; }

    /// <summary>How far both models are from labels; null when the samples have none.</summary>
    public LabelsSummary? Labels { get; init; }
}

/// <summary>Two models against what an output ought to be.</summary>
/// <param name="Array">The array of the samples.</param>
/// <param name="Output">The output.</param>
/// <param name="Original">The original's figures.</param>
/// <param name="Restored">The restored model's.</param>
public sealed record LabelsSummary(string Array, string Output, LabelSummary Original, LabelSummary Restored);

/// <summary>A model against labels. A figure that there is not is null; one that is unknown is not a number.</summary>
/// <param name="Count">Labels that count.</param>
/// <param name="Accuracy">Share of rows, along the last axis, whose largest value stands at the label; of labels 0 and 1 for every value, share of
/// values on their side of ½ (of logits: of 0).</param>
/// <param name="Loss">Mean cross entropy, in nats. Of logits, or rows that are distributions.</param>
/// <param name="Rmse">Root of the mean squared error. Of labels for every value.</param>
public sealed record LabelSummary(long Count, double? Accuracy, double? Loss, double? Rmse);

/// <summary>An output by which the model is not judged.</summary>
/// <param name="Name">The output.</param>
/// <param name="Reason">Why not.</param>
public sealed record LeftOutSummary(string Name, string Reason)
{
    internal const string NoNumbers = "no tensor of numbers or truth values";
    internal const string Unasked = "left out by the spec";
    internal const string Copy = "a copy of an input";
    internal const string FedBack = "fed back into the model";
}

/// <summary>The samples of a comparison.</summary>
/// <param name="Kind"><c>npz</c>, <c>protobuf</c>, <c>images</c>, <c>audio</c> or <c>random</c>.</param>
/// <param name="Path">As the spec gives it; null for random samples.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of the file, or of its files one after the other; null for random samples.</param>
/// <param name="Count">How many samples.</param>
public sealed record SampleSourceSummary(string Kind, string? Path, string? Sha256, int Count);

/// <summary>
/// The figures of one output. A figure that the output has not is null; one that is unknown, because values cannot be compared, is not a number.
/// </summary>
/// <param name="Name">The output.</param>
/// <param name="Dtype">Element type, such as <c>float32</c>; empty for all outputs pooled.</param>
/// <param name="Values">Values compared.</param>
/// <param name="R2">
/// Coefficient of determination about the mean of the original output: 1 − Σ squared error / Σ squared deviation. Of floating-point outputs.
/// </param>
/// <param name="Snr">Signal-to-noise ratio, 10·log10(Σ original² / Σ squared error), in dB; infinite when the outputs are equal.</param>
/// <param name="Cosine">Cosine similarity of all values as one vector; 1 when both are zero.</param>
/// <param name="MaxAbsError">Largest absolute error.</param>
/// <param name="Top1">
/// Share of rows, along the last axis, whose largest value has the same place, the first of equal ones. Of floating-point outputs with at least two
/// values in a row.
/// </param>
/// <param name="Kl">
/// Kullback–Leibler divergence from the original's rows to the restored model's, in nats, mean over the rows. Of outputs whose rows are
/// distributions, or logits.
/// </param>
/// <param name="Equal">Share of equal values. Of outputs of whole numbers or truth values.</param>
/// <param name="Incomparable">
/// Values that cannot be compared: NaN in either model, an infinity in one only, or of a run in which the shapes differ.
/// </param>
public sealed record OutputSummary(
    string Name,
    string Dtype,
    long Values,
    double? R2,
    double? Snr,
    double? Cosine,
    double? MaxAbsError,
    double? Top1,
    double? Kl,
    double? Equal,
    long Incomparable)
{
    /// <summary>
    /// Whether the original computes the same number everywhere, of which R² says no more than whether it is equal; in the JSON form where it is true.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsConstant { get; init; }
}

/// <summary>What one weight has to do with the output error.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Share">
/// The share of the squared output error, pooled, that goes away when this weight alone is the original one; below zero when that makes it larger.
/// </param>
/// <param name="R2">The pooled R² of the outputs that is left then, on the samples that were tried.</param>
public sealed record BlameSummary(string Path, double Share, double R2);
