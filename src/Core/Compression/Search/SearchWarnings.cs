using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Search;

/// <summary>What a user should know of a search that has found something.</summary>
internal static class SearchWarnings
{
    /// <summary>From here on, samples do not stand for each other: the loss on the gate's over that on the calibration's.</summary>
    private const double Disagreement = 2;

    /// <summary>Whether the gate's samples lose far more than those of the calibration.</summary>
    public static bool Disagrees(double onCalibration, double? onGate) => 1 - onGate > Disagreement * (1 - onCalibration);

    public static IEnumerable<Diagnostic> Of(SearchSummary search, QuantizeSpec.ForOutputs stage, FileSummary model, OutputsSummary outputs)
    {
        if (search.TimedOut)
            yield return SearchDiagnostics.TimedOut(model, stage.At);
        if (stage.Target.Calibration is not { } calibration)
            yield break;
        if (search.Late.Count > 0)
            yield return SearchDiagnostics.NotCalibrated(model, search.Late, stage.At);
        if (search.Untaken.Count > 0)
            yield return SearchDiagnostics.InUntakenBranches(model, search.Untaken, calibration.At);
        if (search.IsGate)
            yield return SearchDiagnostics.CalibratedOnGate(model, calibration.At);
        else if (calibration is RandomSamplesSpec)
            yield return SearchDiagnostics.CalibratedOnRandom(model, calibration.At);
        if (search.IsCalibrationGivenUp)
            yield return SearchDiagnostics.CalibrationGivenUp(model, calibration.At);
        if (search.CalibrationR2 is { } onCalibration && outputs.Pooled.R2 is { } onGate && Disagrees(onCalibration, onGate))
            yield return SearchDiagnostics.CalibrationDisagrees(model, onCalibration, onGate, calibration.At);
    }
}
