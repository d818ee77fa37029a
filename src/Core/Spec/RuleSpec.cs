using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>Says which weights a stack compresses.</summary>
/// <param name="Weights">Globs of weight paths; one that matches is enough.</param>
/// <param name="Stack">How the weights are compressed.</param>
/// <param name="MinElements">Only weights with at least as many values.</param>
/// <param name="MaxElements">Only weights with at most as many values.</param>
/// <param name="Types">Only weights of these types (<c>float32</c>, <c>float16</c>, <c>bfloat16</c>, <c>double</c>); empty for all.</param>
/// <param name="At">Where the spec writes the first glob.</param>
internal sealed record RuleSpec(
    IReadOnlyList<WeightGlob> Weights,
    StackSpec Stack,
    long MinElements,
    long MaxElements,
    IReadOnlyList<string> Types,
    SourceLocation At)
{
    /// <summary>Whether the stack codes computed tables too, which are carried exactly otherwise.</summary>
    public bool CodesTables { get; init; }

    /// <summary>Whether the rule is about this weight.</summary>
    /// <param name="weightPath">Graph path and name.</param>
    /// <param name="elements">Number of values.</param>
    /// <param name="elementType">As in <see cref="Types"/>.</param>
    public bool Matches(string weightPath, long elements, string elementType) =>
        elements >= MinElements
        && elements <= MaxElements
        && (Types.Count == 0 || Types.Contains(elementType, StringComparer.Ordinal))
        && MatchesPath(weightPath);

    internal bool MatchesPath(string weightPath) => Weights.Any(glob => glob.IsMatch(weightPath));
}
