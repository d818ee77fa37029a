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

    /// <summary>Of weights that are rounded by what samples show.</summary>
    /// <param name="rounding">The samples.</param>
    /// <param name="model">The original.</param>
    /// <param name="calibration">Where the spec gives them.</param>
    public static IEnumerable<Diagnostic> Of(RoundingSummary rounding, FileSummary model, SamplesSpec calibration)
    {
        if (rounding.SharedWithGate > 0)
            yield return SearchDiagnostics.CalibratedOnGate(model, rounding.Calibration.Count, rounding.SharedWithGate, calibration.At);
        else if (calibration is RandomSamplesSpec)
            yield return SearchDiagnostics.CalibratedOnRandom(model, calibration.At);
    }

    /// <summary>Of a search over layers.</summary>
    /// <param name="search">What it has found.</param>
    /// <param name="verdict">Whether that was enough.</param>
    /// <param name="model">The original.</param>
    /// <param name="at">Where the spec asks for it.</param>
    public static IEnumerable<Diagnostic> Of(LayerSearchSummary search, GateSummary verdict, FileSummary model, SourceLocation at)
    {
        if (search.TimedOut)
            yield return SearchDiagnostics.LayersTimedOut(model, at);

        // What was lost most for comes first.
        var layers = search.Layers.Where(layer => layer.IsInTheWay)
            .OrderByDescending(layer => layer.Tried.Max(form => form.Loss) ?? double.NegativeInfinity).ToList();
        IReadOnlyList<string> failed = [.. verdict.Checks.Where(check => !check.Passed).Select(check => check.Name)];
        if (failed.Count > 0 && layers.Count > 0)
            yield return SearchDiagnostics.LayersInTheWay(model, failed, layers, at);
    }

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
        if (search.SharedWithGate > 0)
            yield return SearchDiagnostics.CalibratedOnGate(model, search.Calibration.Count, search.SharedWithGate, calibration.At);
        else if (calibration is RandomSamplesSpec)
            yield return SearchDiagnostics.CalibratedOnRandom(model, calibration.At);
        if (search.IsCalibrationGivenUp)
            yield return SearchDiagnostics.CalibrationGivenUp(model, calibration.At);
        if (search.CalibrationR2 is { } onCalibration && outputs.Pooled.R2 is { } onGate && Disagrees(onCalibration, onGate))
            yield return SearchDiagnostics.CalibrationDisagrees(model, onCalibration, onGate, calibration.At);
    }
}
