using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Gate;

/// <summary>What a gate says when it fails (CT4xxx), at the threshold's place in the spec.</summary>
internal static class GateDiagnostics
{
    private const int Named = 3;

    public static Diagnostic PooledR2(Severity severity, Threshold threshold, FileSummary model, double actual, IReadOnlyList<WeightSummary> weights) =>
        new("CT4001", severity, $"{model.Path}: pooled R² is {FigureText.Number(actual)}, the gate asks for at least {FigureText.Number(threshold.Value)}. Worst: {Worst(weights)}. Give these weights a higher target, or another stack.", threshold.At);

    public static Diagnostic WeightR2(Severity severity, Threshold threshold, FileSummary model, IReadOnlyList<WeightSummary> weights)
    {
        var below = weights.Count(w => !(w.R2 >= threshold.Value));
        return new("CT4002", severity, $"{model.Path}: {below} of {weights.Count} weights are below the R² of {FigureText.Number(threshold.Value)} that the gate asks of each. Worst: {Worst(weights)}. Give these weights a higher target, or another stack.", threshold.At);
    }

    public static Diagnostic Ratio(Severity severity, Threshold threshold, FileSummary model, TotalSummary total) =>
        new("CT4003", severity, string.Create(CultureInfo.InvariantCulture, $"{model.Path}: {total.OriginalBytes} bytes became {total.ArtifactBytes}, {total.Ratio:0.###} times smaller; the gate asks for at least {FigureText.Number(threshold.Value)} times. Lower the quality targets, or let more weights be coded (see the report's coverage)."), threshold.At);

    public static Diagnostic MaxBytes(Severity severity, Threshold threshold, FileSummary model, TotalSummary total) =>
        new("CT4004", severity, string.Create(CultureInfo.InvariantCulture, $"{model.Path}: the artifact has {total.ArtifactBytes} bytes, the gate allows {threshold.Value:0}. Lower the quality targets, or let more weights be coded (see the report's coverage)."), threshold.At);

    public static Diagnostic Output(Severity severity, OutputGate.Check check, FileSummary model, IReadOnlyList<BlameSummary> blame)
    {
        if (check.Worst is not { } worst)
            return new("CT1511", Severity.Error, $"{model.Path} has no output with {check.Figure}, which the gate asks for. Remove \"{check.Name.Split('.')[1]}\" from gate.outputs.", check.Threshold.At);
        var code = check.Name switch
        {
            "outputs.r2" => "CT4005",
            "outputs.cosine" => "CT4006",
            _ => "CT4007",
        };

        // Outputs of whole numbers have no squared error that weights could have a share of.
        var known = blame.Where(weight => weight.Share > 0).ToList();
        var remedy = known.Count == 0 ? "" : $" Most of the error comes from {Blamed(known)}. Give these weights a higher target, or another stack.";
        return new(code, severity, $"{model.Path}: {check.Figure} of the output \"{worst.Name}\" is {FigureText.Number(check.Actual)}, the gate asks for at least {FigureText.Number(check.Threshold.Value)}.{remedy}", check.Threshold.At);
    }

    public static Diagnostic OutputNotComparable(Severity severity, OutputGateSpec gate, FileSummary model, OutputSummary output) =>
        new("CT4008", severity, string.Create(CultureInfo.InvariantCulture, $"{model.Path}: {output.Incomparable} of {output.Values} values of the output \"{output.Name}\" cannot be compared: NaN, an infinity in one model only, or another shape. Check that the original computes numbers on these samples; if it does, give the weights a higher target."), gate.At);

    public static Diagnostic SearchTimedOut(FileSummary model, SourceLocation at) =>
        new("CT4009", Severity.Warning, $"{model.Path}: maxTime ended the search for the smallest artifact, and the best so far was taken. Another run may find another one; allow more time for the same one every time.", at);

    public static Diagnostic CalibratedOnGate(FileSummary model, SourceLocation at) =>
        new("CT4010", Severity.Warning, $"{model.Path}: calibrated on the samples that the gate judges by, so that the gate cannot tell whether the result holds on others. Give calibration samples of their own.", at);

    public static Diagnostic CalibratedOnRandom(FileSummary model, SourceLocation at) =>
        new("CT4010", Severity.Warning, $"{model.Path}: calibrated on random samples. They show which errors do not matter on noise, not on what the model is for. Give real inputs, a few are enough.", at);

    public static Diagnostic CalibrationDisagrees(FileSummary model, double calibrationR2, double gateR2, SourceLocation at) =>
        new("CT4011", Severity.Warning, $"{model.Path}: R² of the outputs is {FigureText.Number(calibrationR2)} on the calibration samples and {FigureText.Number(gateR2)} on the gate's: the calibration does not stand for them, and the artifact is larger than it could be. Give more calibration samples, or ones more like the gate's.", at);

    public static Diagnostic CalibrationGivenUp(FileSummary model, SourceLocation at) =>
        new("CT4011", Severity.Warning, $"{model.Path}: coded against the calibration samples, the artifact was larger than without a calibration, so it is coded without. They are too few, or unlike the gate's: give more, or ones more like these.", at);

    private static string Blamed(IReadOnlyList<BlameSummary> blame) => string.Join(", ", blame
        .Take(Named)
        .Select(weight => string.Create(CultureInfo.InvariantCulture, $"{weight.Path} ({100 * weight.Share:0} %)")));

    private static string Worst(IReadOnlyList<WeightSummary> weights) => string.Join(", ", weights
        .WorstFirst(w => w.R2, w => w.Path)
        .Take(Named)
        .Select(w => $"{w.Path} ({FigureText.Number(w.R2)})"));
}
