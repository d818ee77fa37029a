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

    /// <summary>
    /// The operators that stay in float32 where the whole graph is of float16, the most first; null, and not in the JSON form, where it is not.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Float32OperatorSummary>? Float32Operators { get; init; }
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
