namespace CompressTasks.Reporting;

/// <summary>How it was found for each layer of a runnable model what it becomes.</summary>
/// <param name="Prefer"><c>speed</c> or <c>size</c>.</param>
/// <param name="Calibration">The samples on which it was measured what each layer loses.</param>
/// <param name="TimedOut">Whether the search was cut short by <c>maxTime</c>.</param>
/// <param name="Layers">In the model's order.</param>
/// <param name="Trials">Models that were judged by the gate on outputs, in the order in which they were made.</param>
public sealed record LayerSearchSummary(
    string Prefer,
    SampleSourceSummary Calibration,
    bool TimedOut,
    IReadOnlyList<SearchedLayerSummary> Layers,
    IReadOnlyList<LayerTrialSummary> Trials);

/// <summary>What became of a layer.</summary>
/// <param name="Path">Graph path and name of its weight.</param>
/// <param name="Form"><c>float32</c>, <c>float16</c>, <c>8 bits</c> or <c>4 bits</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsInTheWay">Whether it is larger or slower than it could be, for the sake of the outputs.</param>
/// <param name="Tried">The other forms that were measured.</param>
public sealed record SearchedLayerSummary(string Path, string Form, string Reason, bool IsInTheWay, IReadOnlyList<LayerFormSummary> Tried);

/// <summary>A form that a layer may have. What was not measured is null.</summary>
/// <param name="Form">As what its weight is stored.</param>
/// <param name="Loss">What the outputs lose when this layer alone is so, as a share of what the gate allows.</param>
/// <param name="SavedMilliseconds">What that saves of a run; below zero when it takes longer.</param>
/// <param name="SavedBytes">What that saves of the model.</param>
public sealed record LayerFormSummary(string Form, double? Loss, double? SavedMilliseconds, long SavedBytes);

/// <summary>One model that was tried.</summary>
/// <param name="Rewritten">How many layers were not in float32.</param>
/// <param name="OutputR2">R² of all outputs pooled; null when there are no floating-point outputs.</param>
/// <param name="Lost">What the output that is worst off has lost, as a share of what the gate allows; not a number when that cannot be said.</param>
/// <param name="Passed">Whether it passes the gate on outputs.</param>
public sealed record LayerTrialSummary(int Rewritten, double? OutputR2, double Lost, bool Passed);
