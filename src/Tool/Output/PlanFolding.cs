using System.Text.RegularExpressions;
using CompressTasks.Compression.Planning;

namespace CompressTasks.Tool.Output;

/// <summary>Weights of a plan that differ in the numbers of their names alone, as those of a model's layers do, in one row.</summary>
internal static partial class PlanFolding
{
    /// <summary>Fewer are listed one by one.</summary>
    private const int Fewest = 4;

    /// <returns>In the order of the first of each.</returns>
    public static IEnumerable<AlikeWeights> Fold(IReadOnlyList<PlannedWeight> weights, bool isOff) => weights
        .GroupBy(weight => (Number().Replace(weight.Path, "*"), weight.Type, string.Join('×', weight.Shape), weight.Stack, weight.Target,
            weight.KeptBecause, weight.SharedWith, weight.Rule))
        .SelectMany(group => isOff || group.Count() < Fewest ? group.Select(weight => new AlikeWeights(weight.Path, [weight]))
            : [new(group.Key.Item1, [.. group])]);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}

/// <summary>Weights with one plan.</summary>
/// <param name="Pattern">What their paths have in common.</param>
/// <param name="Weights">At least one.</param>
internal sealed record AlikeWeights(string Pattern, IReadOnlyList<PlannedWeight> Weights)
{
    public PlannedWeight First => Weights[0];

    public int Count => Weights.Count;

    /// <summary>Of all together.</summary>
    public long Bytes => Weights.Sum(weight => weight.Bytes);

    /// <summary>Of all together; null where only a run can tell.</summary>
    public long? EstimatedBytes => Weights.All(weight => weight.EstimatedBytes is not null) ? Weights.Sum(weight => weight.EstimatedBytes) : null;
}
