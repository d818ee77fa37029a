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

    /// <summary>The same, where no rule says so.</summary>
    public bool IsRest => Stages is [LosslessSpec { IsRest: true }];

    /// <summary>The whole graph becomes one of float16, and nothing else is done.</summary>
    public bool IsGraph => Stages is [Float16Spec { IsGraph: true }];

    /// <summary>The stage that rewrites the graph for a weight; null when none does.</summary>
    public StageSpec? Rewriting => Stages.Count > 0 && Stages[0] is IntegerSpec or Float16Spec ? Stages[0] : null;

    /// <summary>What codes the weights that <see cref="Rewriting"/> does not fit.</summary>
    public StackSpec WithoutRewriting()
    {
        if (Rewriting is null)
            return this;
        IReadOnlyList<StageSpec> others = Stages.Count > 1 ? [.. Stages.Skip(1)] : [new LosslessSpec(At) { IsRest = true }];
        return new(NameOf(others), others, At);
    }

    internal static string NameOf(IEnumerable<StageSpec> stages) => string.Join(" + ", stages.Select(stage => stage.Name));
}
