using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Gate;

/// <summary>Compares the figures of metrics with the thresholds of a spec.</summary>
internal static class MetricGate
{
    /// <summary>Up to here, figures have their 15 digits as decimal numbers too.</summary>
    private const double LargestDecimal = 1e13;

    /// <summary>One threshold of one metric.</summary>
    /// <param name="Metric">The metric.</param>
    /// <param name="Kind">The threshold's key in the spec.</param>
    /// <param name="Code">The diagnostic when it fails.</param>
    /// <param name="Threshold">What is asked for.</param>
    /// <param name="Actual">The figure, or how far it has changed; not a number when unknown.</param>
    public sealed record Check(MeasuredMetric Metric, string Kind, string Code, Threshold Threshold, double Actual)
    {
        /// <summary>What reports call it.</summary>
        public string Name => $"{GateFindings.MetricPrefix}{Metric.Spec.Name}.{Kind}";

        /// <summary>NaN fails.</summary>
        public bool Passed => Kind == "atLeast" ? Actual >= Threshold.Value : Actual <= Threshold.Value;

        /// <summary>Why the figure is unknown that the threshold is about; null when it is known.</summary>
        public MetricFailure? Failure => Kind is "increase" or "drop" ? Metric.Failure : Metric.Restored.Failure;

        /// <summary>
        /// At most 1 when it passes, and the more above it the further the figure is from the threshold; infinite when that cannot be said.
        /// </summary>
        public double Violation
        {
            get
            {
                var ratio = Kind == "atLeast" ? Threshold.Value / Actual : Actual / Threshold.Value;
                return Passed ? 1 : ratio > 1 ? ratio : double.PositiveInfinity;
            }
        }
    }

    /// <summary>The thresholds of a metric, in the order of the documentation.</summary>
    public static IReadOnlyList<Check> Checks(MeasuredMetric metric)
    {
        var (spec, restored, original) = (metric.Spec, metric.Restored.Value, metric.Original?.Value ?? double.NaN);
        return
        [
            .. Of("atLeast", "CT4020", spec.AtLeast, restored),
            .. Of("atMost", "CT4021", spec.AtMost, restored),
            .. Of("increase", "CT4022", spec.Increase, Difference(restored, original)),
            .. Of("drop", "CT4023", spec.Drop, Difference(original, restored)),
        ];

        IEnumerable<Check> Of(string kind, string code, Threshold? threshold, double actual) =>
            threshold is null ? [] : [new(metric, kind, code, threshold, actual)];
    }

    /// <summary>How far metrics are from what they must hold: up to 1 they pass.</summary>
    public static double Violation(IEnumerable<MeasuredMetric> metrics) =>
        metrics.SelectMany(Checks).Select(check => check.Violation).DefaultIfEmpty(0).Max();

    /// <summary>What a report says about a metric.</summary>
    public static MetricSummary Summary(MeasuredMetric metric)
    {
        var checks = Checks(metric);
        return new(
            metric.Spec.Name,
            metric.Spec.Command.ToString(),
            metric.Restored.Value,
            metric.Original?.Value,
            checks.All(check => check.Passed),
            [.. checks.Select(check => new MetricThresholdSummary(check.Kind, check.Threshold.Value, check.Actual, check.Passed))],
            metric.Failure?.Message,
            metric.Failure?.Output);
    }

    /// <summary>The difference of two figures as they were printed: 0.8 − 0.7 is 0.1, which it is not of their binary neighbours.</summary>
    private static double Difference(double figure, double other) =>
        Math.Abs(figure) < LargestDecimal && Math.Abs(other) < LargestDecimal ? (double)((decimal)figure - (decimal)other) : figure - other;
}
