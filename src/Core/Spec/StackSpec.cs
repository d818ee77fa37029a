using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>Stages in the order in which they run.</summary>
/// <param name="Name">As in the spec; a stack that a rule writes out itself is named by its stages, such as <c>gaussian + pca</c>.</param>
/// <param name="Stages">At least one.</param>
/// <param name="At">Where the spec names the stack.</param>
internal sealed record StackSpec(string Name, IReadOnlyList<StageSpec> Stages, SourceLocation At)
{
    /// <summary>Weights come back bit for bit.</summary>
    public bool IsLossless => Stages is [LosslessSpec];

    internal static string NameOf(IEnumerable<StageSpec> stages) => string.Join(" + ", stages.Select(stage => stage.Name));
}
