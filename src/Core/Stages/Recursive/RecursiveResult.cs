namespace CompressTasks.Stages.Recursive;

/// <summary>Why a recursion ended.</summary>
internal enum RecursionEnd
{
    /// <summary>The next level would save less than the least gain.</summary>
    GainTooSmall,

    /// <summary>The next level's parameter matrix is as large as what it was made from: there is no structure left.</summary>
    AllComponentsNeeded,

    /// <summary>The most levels allowed were made, and each gained enough: where the fixed point lies is not known.</summary>
    LevelLimit,
}

/// <summary>Where the recursion ended.</summary>
/// <param name="Level">Number of levels that are kept; 0 when already the first gained nothing.</param>
/// <param name="End">Why there is no further one.</param>
internal readonly record struct FixedPoint(int Level, RecursionEnd End)
{
    /// <summary>Whether a further level was tried and gained nothing, which is what makes it a fixed point.</summary>
    public bool IsReached => End != RecursionEnd.LevelLimit;
}

/// <summary>One step of the tower (a line of P67's table).</summary>
/// <param name="Level">The level itself, to be decoded and measured; part of the stack only if <paramref name="IsKept"/>.</param>
/// <param name="CumulativeParameters">Its parameter matrix, and bases and means of it and all recursion levels before it.</param>
/// <param name="LevelRatio">
/// Cumulative parameters of the level before it (of the input, at the first), divided by its own; below 1 it has grown.
/// </param>
/// <param name="CumulativeRatio">Parameters of the input divided by its own cumulative ones.</param>
/// <param name="IsKept">False for the last one when it gained nothing: it was tried, and is reported but not encoded.</param>
internal sealed record RecursionStep(Level Level, long CumulativeParameters, double LevelRatio, double CumulativeRatio, bool IsKept);

/// <summary>The tower that a recursion built.</summary>
/// <param name="Steps">All levels that were tried, in order. Their number is the convergence depth.</param>
/// <param name="FixedPoint">Where and why it ended.</param>
internal sealed record RecursiveResult(IReadOnlyList<RecursionStep> Steps, FixedPoint FixedPoint)
{
    /// <summary>The levels that are part of the stack; may be none.</summary>
    public IReadOnlyList<Level> Levels => [.. Steps.Where(step => step.IsKept).Select(step => step.Level)];
}
