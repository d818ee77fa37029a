using System.Text.Json.Serialization;
using CompressTasks.Diagnostics;

namespace CompressTasks.Compression.Planning;

/// <summary>What a run would do with a model.</summary>
/// <param name="Model">The model, relative to the spec.</param>
/// <param name="ArtifactPath">Where the artifact would go, or the runnable model that takes its place.</param>
/// <param name="OriginalBytes">The model with its external data.</param>
/// <param name="StructureBytes">Of everything in the artifact that is no weight's: about.</param>
/// <param name="EstimatedBytes">Of the artifact; null when only a run can tell.</param>
/// <param name="Weights">In the order of the model.</param>
internal sealed record PlannedModel(string Model, string ArtifactPath, long OriginalBytes, long StructureBytes, long? EstimatedBytes,
    IReadOnlyList<PlannedWeight> Weights)
{
    /// <summary>Where a runnable model would go beside the artifact; null where none would.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunnablePath { get; init; }

    /// <summary>Values of four bytes that are lists of floats in attributes of nodes, and carried exactly in the structure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long AttributeFloats { get; init; }
}

/// <summary>What a run would do with a weight.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Type">As specs name it.</param>
/// <param name="Shape">The length of every axis.</param>
/// <param name="Stack">The stack that codes it; null when it is carried exactly.</param>
/// <param name="Target">What the stack aims at, in the words of the spec; null when it is carried exactly.</param>
/// <param name="KeptBecause">Why it is carried exactly; null when it has a stack.</param>
/// <param name="SharedWith">The weight whose bytes serve for this one too, or null.</param>
/// <param name="Rule">Where the spec says so; null when no rule is about it.</param>
/// <param name="Bytes">In the model.</param>
/// <param name="EstimatedBytes">
/// In the artifact; null when they are a part of another weight or of the structure, or when only a run can tell.
/// </param>
internal sealed record PlannedWeight(
    string Path,
    string Type,
    IReadOnlyList<long> Shape,
    string? Stack,
    string? Target,
    string? KeptBecause,
    string? SharedWith,
    SourceLocation? Rule,
    long Bytes,
    long? EstimatedBytes)
{
    /// <summary>Too small to be coded by itself, it stays where it is in the model, which is compressed as a whole.</summary>
    public bool IsPartOfStructure => KeptBecause is not null && EstimatedBytes is null && SharedWith is null;
}
