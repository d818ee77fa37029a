using CompressTasks.Spec;

namespace CompressTasks.Gate;

/// <summary>What the program of a metric has measured.</summary>
/// <param name="Spec">What was asked for.</param>
/// <param name="Restored">The figure of the restored model.</param>
/// <param name="Original">The figure of the original; null when no threshold needs it.</param>
internal sealed record MeasuredMetric(MetricSpec Spec, MetricFigure Restored, MetricFigure? Original)
{
    /// <summary>Why it could not be measured, or null.</summary>
    public MetricFailure? Failure => Restored.Failure ?? Original?.Failure;
}

/// <param name="Value">Not a number when there is none.</param>
/// <param name="Failure">Why there is none, or null.</param>
internal sealed record MetricFigure(double Value, MetricFailure? Failure = null)
{
    public static MetricFigure Unknown(MetricFailure failure) => new(double.NaN, failure);
}

/// <summary>Why a figure could not be measured.</summary>
/// <param name="Code">The number of the diagnostic.</param>
/// <param name="Message">One line: what happened, and what to do.</param>
/// <param name="Output">The last lines that the program wrote; null when it wrote none.</param>
internal sealed record MetricFailure(string Code, string Message, string? Output);
