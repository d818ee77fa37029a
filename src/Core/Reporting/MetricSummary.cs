namespace CompressTasks.Reporting;

/// <summary>A figure that a program of the user's has measured.</summary>
/// <param name="Name">As the spec calls it.</param>
/// <param name="Command">What was run, without the paths of the models.</param>
/// <param name="Value">The figure of the restored model; not a number when it could not be measured.</param>
/// <param name="Original">The figure of the original; null when no threshold needs it, not a number when it could not be measured.</param>
/// <param name="Passed">Whether all thresholds hold.</param>
/// <param name="Thresholds">In the order of the documentation.</param>
/// <param name="Error">Why it could not be measured, in one line; null when it was.</param>
/// <param name="Output">What the program wrote last, when it could not be measured; several lines.</param>
public sealed record MetricSummary(
    string Name,
    string Command,
    double Value,
    double? Original,
    bool Passed,
    IReadOnlyList<MetricThresholdSummary> Thresholds,
    string? Error,
    string? Output);

/// <summary>What a metric must hold.</summary>
/// <param name="Kind"><c>atLeast</c>, <c>atMost</c>, <c>increase</c> or <c>drop</c>.</param>
/// <param name="Value">What is asked for.</param>
/// <param name="Actual">The figure, or by how much it is above (<c>increase</c>) or below (<c>drop</c>) that of the original.</param>
/// <param name="Passed">Whether it holds; an actual value that is not a number fails.</param>
public sealed record MetricThresholdSummary(string Kind, double Value, double Actual, bool Passed);
