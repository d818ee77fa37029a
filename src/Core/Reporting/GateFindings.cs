namespace CompressTasks.Reporting;

/// <summary>The checks of a gate, each with what was said about it.</summary>
internal static class GateFindings
{
    /// <summary>What the names of checks on metrics begin with; they end in the kind of the threshold.</summary>
    public const string MetricPrefix = "metrics.";

    /// <returns>In the order of the checks; the diagnostic is null when the check passed.</returns>
    public static IReadOnlyList<(GateCheckSummary Check, DiagnosticSummary? Diagnostic)> Of(CompressionReport report)
    {
        // The gate adds one diagnostic for each failed check, in the same order, before any others.
        var findings = report.Diagnostics.GetEnumerator();
        return [.. report.Gate.Checks.Select(check => (check, check.Passed || !findings.MoveNext() ? null : findings.Current))];
    }

    /// <summary>What a check asks for, such as <c>r2 ≥ 0.99</c>.</summary>
    public static string Asked(GateCheckSummary check) => $"{check.Name} {(IsUpperLimit(check) ? "≤" : "≥")} {FigureText.Number(check.Threshold)}";

    /// <summary>Of a size, of values that cannot be compared, of losses, and of most thresholds of metrics, less is better.</summary>
    private static bool IsUpperLimit(GateCheckSummary check) =>
        check.Name is "maxBytes" or "outputs.incomparable"
            or "outputs.accuracyDrop" or "outputs.loss" or "outputs.lossIncrease" or "outputs.rmse" or "outputs.rmseIncrease"
        || (check.Name.StartsWith(MetricPrefix, StringComparison.Ordinal) && !check.Name.EndsWith(".atLeast", StringComparison.Ordinal));
}
