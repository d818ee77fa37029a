namespace CompressTasks.Reporting;

/// <summary>What metrics are asked for, as people read it: the same in every report and on terminals.</summary>
internal static class MetricText
{
    /// <summary>Such as <c>at most 0.05, increase at most 0.01</c>.</summary>
    public static string Asked(MetricSummary metric) =>
        string.Join(", ", metric.Thresholds.Select(threshold => Asked(threshold.Kind, threshold.Value)));

    /// <param name="kind">The key of the spec.</param>
    /// <param name="value">What is asked for.</param>
    public static string Asked(string kind, double value) => kind switch
    {
        "atLeast" => $"at least {FigureText.Exact(value)}",
        "atMost" => $"at most {FigureText.Exact(value)}",
        _ => $"{kind} at most {FigureText.Exact(value)}",
    };
}
