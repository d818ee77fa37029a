namespace CompressTasks.Reporting;

/// <summary>A search over layers as people read it, the same in every report.</summary>
internal static class LayerSearchText
{
    /// <summary>What was done, in sentences.</summary>
    public static string Measured(LayerSearchSummary search) =>
        $"Of the models that the forms below make, the {(search.Prefer == "speed" ? "fastest" : "smallest")} that passes the gate on outputs was "
            + "searched for. What each layer loses alone was measured on "
            + (search.Calibration.Path is { } path ? $"{FigureText.Count(search.Calibration.Count, "sample")} of {path}"
                : FigureText.Count(search.Calibration.Count, "random sample"))
            + ", as a share of what the gate allows; every model below was judged on the gate's samples."
            + (search.TimedOut ? " The time that the spec allows was over before the search was." : "");

    /// <summary>Percent.</summary>
    public static string Share(double? share) => share is { } known ? $"{FigureText.Optional(100 * known, "0.##")} %" : "–";

    /// <summary>A row for each form of each layer; the layer stands in the first of its rows.</summary>
    public static IEnumerable<(string Path, string Form, string Reason, string Tried, string Loss, string Saved)> Rows(LayerSearchSummary search) =>
        from layer in search.Layers
        from tried in layer.Tried.Select((form, index) => (Form: form, IsFirst: index == 0))
        select (
            tried.IsFirst ? layer.Path : "",
            tried.IsFirst ? layer.Form : "",
            tried.IsFirst ? layer.Reason : "",
            tried.Form.Form,
            Share(tried.Form.Loss),
            search.Prefer == "speed" ? Saved(tried.Form.SavedMilliseconds) : FigureText.Bytes(tried.Form.SavedBytes));

    private static string Saved(double? time) => time is not { } saved ? "–"
        : $"{(saved < 0 ? "−" : "")}{SpeedText.Milliseconds(Math.Abs(saved))}";
}
