using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>A limit and the place that sets it, so that a failed gate can be reported there.</summary>
/// <param name="Value">In the unit of its key.</param>
/// <param name="At">Where the spec writes the value.</param>
internal sealed record Threshold(double Value, SourceLocation At)
{
    /// <summary>Who has set it, and in place of what, where that is not the spec at <see cref="At"/>; null where it is.</summary>
    public string? SetBy { get; init; }
}

/// <summary>What the artifact must hold; what is null is not checked.</summary>
/// <param name="R2">Least pooled R² against the original weights.</param>
/// <param name="WeightR2">Least R² of the worst weight.</param>
/// <param name="Ratio">Least ratio of original bytes to artifact bytes.</param>
/// <param name="MaxBytes">Largest artifact, in bytes.</param>
/// <param name="OnFailure">How serious a failed gate is.</param>
/// <param name="At">Where the spec begins the gate.</param>
internal sealed record GateSpec(
    Threshold? R2,
    Threshold? WeightR2,
    Threshold? Ratio,
    Threshold? MaxBytes,
    Severity OnFailure,
    SourceLocation At)
{
    /// <summary>What the model's outputs must hold; null when they are not compared.</summary>
    public OutputGateSpec? Outputs { get; init; }

    /// <summary>How fast the result must be; null when that is not measured.</summary>
    public SpeedGateSpec? Speed { get; init; }

    /// <summary>Figures that programs measure; may be empty.</summary>
    public IReadOnlyList<MetricSpec> Metrics { get; init; } = [];

    /// <summary>Where the spec says how serious a failed gate is; null when it does not.</summary>
    internal SourceLocation? OnFailureAt { get; init; }
}
