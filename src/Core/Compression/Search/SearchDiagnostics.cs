using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;

namespace CompressTasks.Compression.Search;

/// <summary>What a search says of what it has found (CT4009 to CT4011, CT4016, CT4017).</summary>
internal static class SearchDiagnostics
{
    /// <summary>Weights that a message names.</summary>
    private const int Named = 8;

    public static Diagnostic TimedOut(FileSummary model, SourceLocation at) =>
        new("CT4009", Severity.Warning,
            $"{model.Path}: maxTime ended the search for the smallest artifact, and the best so far was taken. Another run may find another one; "
                + $"allow more time for the same one every time.", at);

    public static Diagnostic LayersTimedOut(FileSummary model, SourceLocation at) =>
        new("CT4009", Severity.Warning,
            $"{model.Path}: maxTime ended the search over layers, and the best model so far was taken. Allow more time, or give fewer calibration "
                + "samples.", at);

    public static Diagnostic LayersInTheWay(FileSummary model, IReadOnlyList<string> checks, IReadOnlyList<SearchedLayerSummary> layers,
        SourceLocation at) =>
        new("CT4037", Severity.Warning,
            $"{model.Path}: {string.Join(", ", checks)} {(checks.Count == 1 ? "does" : "do")} not hold for the best model that the search over "
                + $"layers has found, and {(layers.Count == 1 ? "1 layer stands" : $"{Layers(layers.Count)} stand")} in the way: "
                + $"{string.Join("; ", layers.Take(Named).Select(layer => $"{layer.Path} ({layer.Form}: {layer.Reason})"))}"
                + $"{(layers.Count > Named ? "; …" : "")}. Ask for less of outputs or of the result, or give layers another rule.", at);

    public static Diagnostic NotCalibrated(FileSummary model, IReadOnlyList<string> weights, SourceLocation at) =>
        new("CT4016", Severity.Warning,
            $"{model.Path}: maxTime left no time to measure the inputs of layers with {Count(weights.Count)}, coded without calibration: "
                + $"{Names(weights)}. "
                + $"Allow more time, give fewer or smaller calibration samples, or a larger calibrationMemory, which saves runs of the model.", at);

    public static Diagnostic InUntakenBranches(FileSummary model, IReadOnlyList<string> weights, SourceLocation at) =>
        new("CT4017", Severity.Warning,
            $"{model.Path}: no calibration sample takes the branches that use {Count(weights.Count)}, coded at R² 0.999 without calibration: "
                + $"{Names(weights)}. Give samples that take these branches, or give the weights a rule of their own.", at);

    public static Diagnostic CalibratedOnGate(FileSummary model, long samples, long shared, SourceLocation at)
    {
        var which = samples == shared ? "the samples that the gate judges by"
            : string.Create(CultureInfo.InvariantCulture, $"{samples} samples, {shared} of them among those by which the gate judges");
        return new("CT4010", Severity.Warning,
            $"{model.Path}: calibrated on {which}, so that the gate cannot tell whether the result holds on others. Give calibration samples of "
                + "their own.", at);
    }

    public static Diagnostic CalibratedOnRandom(FileSummary model, SourceLocation at) =>
        new("CT4010", Severity.Warning,
            $"{model.Path}: calibrated on random samples. They show which errors do not matter on noise, not on what the model is for. Give real "
                + $"inputs, a few are enough.", at);

    public static Diagnostic CalibrationDisagrees(FileSummary model, double calibrationR2, double gateR2, SourceLocation at) =>
        new("CT4011", Severity.Warning,
            $"{model.Path}: R² of the outputs is {FigureText.Number(calibrationR2)} on the calibration samples and {FigureText.Number(gateR2)} on "
                + $"the gate's: the calibration does not stand for them. The outputs may be worse still on other inputs, and the artifact is "
                + $"larger than it could be. Give more calibration samples, or ones more like the gate's.", at);

    public static Diagnostic CalibrationGivenUp(FileSummary model, SourceLocation at) =>
        new("CT4011", Severity.Warning,
            $"{model.Path}: coded against the calibration samples, the artifact was larger than without a calibration, so it is coded without. "
                + $"They are too few, or unlike the gate's, and one of both may be unlike what the model will meet, where the outputs can be worse: "
                + $"give more, or ones more like these.", at);

    private static string Names(IReadOnlyList<string> weights) =>
        string.Join(", ", weights.Take(Named)) + (weights.Count > Named ? ", …" : "");

    private static string Layers(int layers) => string.Create(CultureInfo.InvariantCulture, $"{layers} layers");

    private static string Count(int weights) => weights == 1 ? "1 weight" : string.Create(CultureInfo.InvariantCulture, $"{weights} weights");
}
