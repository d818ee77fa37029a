namespace CompressTasks.Reporting;

/// <summary>How the smallest artifact was found that passes the gate on outputs.</summary>
/// <param name="Calibration">The samples on which it was measured what each weight has to do with the outputs.</param>
/// <param name="SharedWithGate">How many of these samples the gate judges by as well.</param>
/// <param name="TimedOut">Whether the search was cut short by <c>maxTime</c>.</param>
/// <param name="Weights">In the model's order.</param>
/// <param name="Trials">In the order in which they were made.</param>
public sealed record SearchSummary(
    SampleSourceSummary Calibration,
    long SharedWithGate,
    bool TimedOut,
    IReadOnlyList<SensitivitySummary> Weights,
    IReadOnlyList<SearchTrialSummary> Trials)
{
    /// <summary>Whether the gate judges by all of these samples.</summary>
    public bool IsGate => SharedWithGate > 0 && SharedWithGate == Calibration.Count;

    /// <summary>R² of all outputs pooled on the calibration samples; null when the spec gives none of their own.</summary>
    public double? CalibrationR2 { get; init; }

    /// <summary>
    /// Whether weights were coded against the calibration samples, and then without them all the same, because that made a smaller artifact.
    /// </summary>
    public bool IsCalibrationGivenUp { get; init; }

    /// <summary>Weights that are coded without regard to inputs because <c>maxTime</c> left no time to measure these.</summary>
    public IReadOnlyList<string> Late { get; init; } = [];

    /// <summary>Weights in branches that no calibration sample takes: nothing is known of the inputs of their layers.</summary>
    public IReadOnlyList<string> Untaken { get; init; } = [];

    /// <summary>
    /// Lower-case hexadecimal SHA-256 of the second moments of layers' inputs, and of the gradients of their outputs; null when none were measured.
    /// </summary>
    public string? MomentsSha256 { get; init; }

    /// <summary>
    /// The searched weights that are coded without regard to inputs, in the model's order; empty when nothing was to be calibrated.
    /// </summary>
    public IReadOnlyList<NotCalibratedSummary> NotCalibrated =>
        MomentsSha256 is null ? [] : [.. Weights.Select(weight => (weight.Path, Reason: WhyNot(weight))).Where(weight => weight.Reason is not null)
            .Select(weight => new NotCalibratedSummary(weight.Path, weight.Reason!))];

    /// <summary>The first reason that holds: only a weight with time, a branch and an effect tells anything of its inputs.</summary>
    private string? WhyNot(SensitivitySummary weight) =>
        IsCalibrationGivenUp ? NotCalibratedSummary.GivenUp
        : Late.Contains(weight.Path) ? NotCalibratedSummary.Late
        : Untaken.Contains(weight.Path) ? NotCalibratedSummary.Untaken
        : weight.Damping is null ? NotCalibratedSummary.Unseen
        : weight.Sensitivity is 0 ? NotCalibratedSummary.WithoutEffect
        : null;
}

/// <summary>A searched weight that is coded without regard to inputs, though the spec gives a calibration.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Reason">Why it is not calibrated, in words.</param>
public sealed record NotCalibratedSummary(string Path, string Reason)
{
    internal const string GivenUp = "with a calibration the artifact was larger";
    internal const string Late = "maxTime left no time to measure the inputs of the layer";
    internal const string Untaken = "no calibration sample takes the branch";
    internal const string Unseen = "the inputs of the layer cannot be seen or are zero, or the layer is of a kind that is not known";
    internal const string WithoutEffect = "no calibration sample shows an effect on the outputs, so R² 0.999 is asked of the weight";
}

/// <summary>What a weight has to do with the outputs.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Sensitivity">Share of the outputs' variance that is lost per squared error in the weight; 0 when the samples show no effect; null
/// when there was no time to measure it.
/// Of a calibrated weight, per squared error of its layer's outputs, in units of its rows' steps.</param>
/// <param name="Damping">
/// Of a calibrated weight: the share of its mean that was added to the diagonal of its inputs' second moments; null when it is coded plainly.
/// </param>
public sealed record SensitivitySummary(string Path, double? Sensitivity, double? Damping);

/// <summary>One artifact that was tried.</summary>
/// <param name="Bytes">Of the weights that are searched, in the artifact.</param>
/// <param name="OutputR2">R² of all outputs pooled; null when there are no floating-point outputs.</param>
/// <param name="Passed">Whether it passes the gate on outputs, and metrics hold for it where they were measured.</param>
public sealed record SearchTrialSummary(long Bytes, double? OutputR2, bool Passed)
{
    /// <summary>Whether this one became the artifact: the smallest that passed, or, where none did, the one that was nearest to it.</summary>
    public bool IsTaken { get; init; }
}
