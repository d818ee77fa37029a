using System.Globalization;

namespace CompressTasks.Reporting;

/// <summary>A search for the smallest artifact as people read it, the same in every report.</summary>
internal static class SearchText
{
    /// <summary>What was done, in sentences; names of files are parts of their own.</summary>
    public static IEnumerable<(string Text, bool IsName)> Measured(SearchSummary search)
    {
        yield return ("What each weight has to do with the outputs was measured on ", false);
        if (search.Calibration.Path is { } path)
        {
            yield return ($"{FigureText.Count(search.Calibration.Count, "sample")} of ", false);
            yield return (path, true);
            yield return (Shared(search), false);
        }
        else
        {
            yield return (FigureText.Count(search.Calibration.Count, "random sample")
                + Shared(search), false);
        }

        yield return ($"; every artifact below was judged on the gate's samples.{Inputs(search)}"
            + (search.TimedOut ? " The time that the spec allows was over before the search was." : ""), false);
    }

    private static string Shared(SearchSummary search) => search switch
    {
        { SharedWithGate: 0 } => "",
        { IsGate: true } => ", by which the gate judges as well",
        _ => string.Create(CultureInfo.InvariantCulture, $", {search.SharedWithGate} of which the gate judges by as well"),
    };

    private static string Inputs(SearchSummary search)
    {
        if (search.MomentsSha256 is null)
            return "";
        var calibrated = search.Weights.Count - search.NotCalibrated.Count;
        var inputs = search.IsCalibrationGivenUp
            ? " Coded against the inputs that their layers meet there, the weights took more bytes than without, so they are coded without."
            : string.Create(CultureInfo.InvariantCulture,
                $" Weights are coded against the inputs that their layers meet there: {calibrated} of {search.Weights.Count}.");
        return search.CalibrationR2 is { } fitted ? $"{inputs} On these samples the outputs have R² {FigureText.R2(fitted)}." : inputs;
    }
}
