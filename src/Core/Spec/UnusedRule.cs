using System.Globalization;
using CompressTasks.Spec.Schema;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Spec;

/// <summary>Finds out why a rule compresses no weight of a model.</summary>
internal static class UnusedRule
{
    private const int Shown = 3;

    private static readonly string[] _compressed = ["float32", "float16", "bfloat16", "double"];

    /// <param name="rule">The rule.</param>
    /// <param name="weights">What rules can be about.</param>
    /// <param name="exact">Other values, which are always carried exactly, such as <c>5000 floats in attributes</c>; null for none.</param>
    public static string Explain(RuleSpec rule, IReadOnlyCollection<(string Path, long Elements, string ElementType)> weights, string? exact)
    {
        var others = exact is null ? "" : $"; {exact}, which are carried exactly";
        if (weights.Count == 0)
            return $"it has no weights{(exact is null ? "" : $" that can be coded, but {exact}, which are carried exactly")}";
        var named = weights.Where(weight => rule.MatchesPath(weight.Path)).ToList();
        if (named.Count == 0)
            return $"no path matches; the nearest are {English.And(Nearest(rule, weights.Select(weight => weight.Path)))}";
        if (!rule.Stack.IsLossless && named.RemoveAll(weight => !_compressed.Contains(weight.ElementType, StringComparer.Ordinal)) > 0
            && named.Count == 0)
            return $"no floating-point weight matches, and every other one is carried losslessly{others}";
        if (named.Any(weight => rule.Matches(weight.Path, weight.Elements, weight.ElementType)))
            return "rules above it take every weight that it matches; move it up";
        var largest = named.MaxBy(weight => weight.Elements);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{named.Count} match by path, none by size and type; the largest is {Found.Quote(largest.Path)} with {largest.Elements} values of "
                + $"{largest.ElementType}");
    }

    private static List<string> Nearest(RuleSpec rule, IEnumerable<string> paths) =>
    [
        .. paths
            .OrderBy(path => rule.Weights.Min(glob => glob.Distance(path)))
            .ThenBy(path => path, StringComparer.Ordinal)
            .Take(Shown)
            .Select(Found.Quote),
    ];
}
