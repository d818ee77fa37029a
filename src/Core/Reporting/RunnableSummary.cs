using System.Text.Json.Serialization;

namespace CompressTasks.Reporting;

/// <summary>What the graph of a runnable model computes with in place of weights.</summary>
/// <param name="Weights">The weights that became integers or float16, in the model's order.</param>
/// <param name="Left">The weights that a rule gives such a stage, and that no pattern fits.</param>
/// <param name="Bytes">Size of the runnable model, external data included: what a session loads.</param>
public sealed record RunnableSummary(IReadOnlyList<RewrittenSummary> Weights, IReadOnlyList<LeftInFloatSummary> Left, long Bytes)
{
    /// <summary>How it was found what each layer becomes; null, and not in the JSON form, when the spec says it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LayerSearchSummary? Search { get; init; }

    /// <summary>How weights were rounded; null, and not in the JSON form, when no stage gives a calibration.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RoundingSummary? Rounding { get; init; }

    /// <summary>
    /// The operators that stay in float32 where the whole graph is of float16, the most first; null, and not in the JSON form, where it is not.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Float32OperatorSummary>? Float32Operators { get; init; }
}

/// <summary>What samples had to do with the rounding of weights to integers.</summary>
/// <param name="Calibration">The samples; three of each four show the inputs of layers, and the fourth judges.</param>
/// <param name="SharedWithGate">How many of them the gate judges by as well.</param>
/// <param name="NearestR2">
/// R², on the samples that judge, of the output that loses most, with every weight rounded to the nearest; null when there are too few samples, no
/// floating-point output, or a search that found another model than the one that was judged.
/// </param>
/// <param name="R2">The same as the weights are now: never less.</param>
public sealed record RoundingSummary(SampleSourceSummary Calibration, long SharedWithGate, double? NearestR2, double? R2)
{
    /// <summary>With fewer samples there is nothing to judge by.</summary>
    internal const int Fewest = 4;
}

/// <summary>A weight that became one of another type.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Stored">As what, and the operators that use it: "8 bits per channel, MatMulInteger".</param>
public sealed record RewrittenSummary(string Path, string Stored);

/// <summary>Nodes that stay in float32 in a graph of float16.</summary>
/// <param name="Operator">Their operator.</param>
/// <param name="Nodes">How many there are.</param>
/// <param name="Reason">Why.</param>
public sealed record Float32OperatorSummary(string Operator, int Nodes, string Reason);

/// <summary>A weight that stays in float.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Reason">Why.</param>
public sealed record LeftInFloatSummary(string Path, string Reason);
