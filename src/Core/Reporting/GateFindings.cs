namespace CompressTasks.Reporting;

/// <summary>The checks of a gate, each with what was said about it.</summary>
internal static class GateFindings
{
    /// <returns>In the order of the checks; the diagnostic is null when the check passed.</returns>
    public static IReadOnlyList<(GateCheckSummary Check, DiagnosticSummary? Diagnostic)> Of(CompressionReport report)
    {
        // The gate adds one diagnostic for each failed check, in the same order, before any others.
        var findings = report.Diagnostics.GetEnumerator();
        return [.. report.Gate.Checks.Select(check => (check, check.Passed || !findings.MoveNext() ? null : findings.Current))];
    }

    /// <summary>What a check asks for, such as <c>r2 ≥ 0.99</c>.</summary>
    public static string Asked(GateCheckSummary check) => $"{check.Name} {(IsUpperLimit(check) ? "≤" : "≥")} {FigureText.Number(check.Threshold)}";

    /// <summary>Of a size, and of values that cannot be compared, less is better.</summary>
    private static bool IsUpperLimit(GateCheckSummary check) => check.Name is "maxBytes" or "outputs.incomparable"
        or "outputs.accuracyDrop" or "outputs.loss" or "outputs.lossIncrease" or "outputs.rmse" or "outputs.rmseIncrease";
}
