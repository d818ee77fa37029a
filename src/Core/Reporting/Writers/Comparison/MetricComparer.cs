namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>Compares what the user's programs have measured. Which way is better, their thresholds say.</summary>
internal static class MetricComparer
{
    public static IEnumerable<ComparedFigure> Figures(IReadOnlyList<MetricSummary> baseline, IReadOnlyList<MetricSummary> candidate,
        ComparisonTolerance tolerance)
    {
        var (before, after) = (ByName(baseline), ByName(candidate));
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal))
        {
            var (old, now) = (before.GetValueOrDefault(name), after.GetValueOrDefault(name));
            var (oldValue, nowValue) = (old?.Value ?? double.NaN, now?.Value ?? double.NaN);
            yield return new($"metric {name}", "metric", oldValue, nowValue, Judge(oldValue, nowValue, IsMoreBetter((old ?? now)!), tolerance));
        }
    }

    private static ComparisonVerdict Judge(double before, double after, bool? isMoreBetter, ComparisonTolerance tolerance)
    {
        if (double.IsNaN(before))
            return ComparisonVerdict.Unknown;
        if (double.IsNaN(after))
            return ComparisonVerdict.Worse;
        if (isMoreBetter is not { } more)
            return before == after ? ComparisonVerdict.Same : ComparisonVerdict.Unknown;
        return more ? tolerance.OfGain(before, after) : tolerance.OfCost(before, after);
    }

    /// <summary>Null when the thresholds keep the figure from both sides.</summary>
    private static bool? IsMoreBetter(MetricSummary metric)
    {
        var sides = metric.Thresholds.Select(threshold => threshold.Kind is "atLeast" or "drop").Distinct().ToList();
        return sides.Count == 1 ? sides[0] : null;
    }

    private static Dictionary<string, MetricSummary> ByName(IReadOnlyList<MetricSummary> metrics) =>
        metrics.DistinctBy(metric => metric.Name).ToDictionary(metric => metric.Name, StringComparer.Ordinal);
}
