using System.Text.Json.Serialization;
using CompressTasks.Artifacts;

namespace CompressTasks.Inspection;

/// <summary>What is inside a model or an artifact.</summary>
/// <param name="Path">The file.</param>
/// <param name="Kind"><c>model</c> or <c>artifact</c>.</param>
/// <param name="Bytes">Size; of a model with external data, of all its files.</param>
/// <param name="StructureBytes">
/// Bytes that are not weights with an entry of their own: of a model everything around the tensors, of an artifact the compressed skeleton and the
/// index.
/// </param>
/// <param name="Weights">In the model's order.</param>
internal sealed record InspectedFile(string Path, string Kind, long Bytes, long StructureBytes, IReadOnlyList<InspectedWeight> Weights)
{
    /// <summary>Values of four bytes in the structure of a model that are lists of floats in attributes of nodes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long AttributeFloats { get; init; }
}

/// <summary>One weight of a model or an artifact.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Dtype">Element type, such as <c>float32</c>.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
/// <param name="Elements">Number of values.</param>
/// <param name="Bytes">Bytes of its values in this file.</param>
/// <param name="Stored">How it is stored: the field or file of a model, the stack of an artifact.</param>
/// <param name="SharedWith">The weight whose bytes it shares, or null.</param>
internal sealed record InspectedWeight(string Path, string Dtype, IReadOnlyList<long> Shape, long Elements, long Bytes, string Stored,
    string? SharedWith)
{
    /// <summary>The weight of the original for which a runnable model stores this; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StandsFor { get; init; }

    /// <summary>Of the values; only where it was asked for.</summary>
    [JsonIgnore]
    public PayloadHash? Hash { get; init; }

    /// <summary>Whether it can be coded with a loss, as far as its type goes.</summary>
    [JsonIgnore]
    public bool IsFloatingPoint { get; init; }
}
