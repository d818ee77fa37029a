namespace CompressTasks.Reporting;

/// <summary>The order in which weights are named wherever the worst come first.</summary>
internal static class WeightOrder
{
    /// <summary>By R², an unknown one first; equal ones by path.</summary>
    public static IEnumerable<T> WorstFirst<T>(this IEnumerable<T> weights, Func<T, double> r2, Func<T, string> path) =>
        weights.OrderBy(weight => Rank(r2(weight))).ThenBy(path, StringComparer.Ordinal);

    /// <summary>
    /// The weights of a report as its readers look for them, and what to call that: where outputs are judged, R² of weights says little, and bytes
    /// are what is left to ask for.
    /// </summary>
    public static (IReadOnlyList<WeightSummary> Weights, string Heading) For(CompressionReport report) =>
        report.Outputs is null || report.Gate.Checks.Any(check => check is { Name: "r2" or "weightR2", Passed: false })
        ? ([.. report.Weights.WorstFirst(weight => weight.R2, weight => weight.Path)], "Weights, worst first")
        : ([.. report.Weights.OrderByDescending(weight => weight.CompressedBytes).ThenBy(weight => weight.Path, StringComparer.Ordinal)],
            "Weights, largest first");

    private static double Rank(double r2) => double.IsNaN(r2) ? double.NegativeInfinity : r2;
}
