namespace CompressTasks.Reporting;

/// <summary>What became of a model, the worst first.</summary>
internal enum GateVerdict
{
    /// <summary>An error: there is no report.</summary>
    NotMade,

    /// <summary>The run ended before.</summary>
    NotReached,

    Failed,

    FailedAsWarning,

    PassedWithWarning,

    /// <summary>The spec sets no gate.</summary>
    None,

    Passed,
}

/// <summary>The verdict of a report.</summary>
internal static class GateVerdicts
{
    public static GateVerdict Of(CompressionReport report) =>
        report.Gate.Checks.Count == 0 ? GateVerdict.None
        : report.Gate.Passed ? report.Diagnostics.Count > 0 ? GateVerdict.PassedWithWarning : GateVerdict.Passed
        : report.Diagnostics.Count > 0 && !report.Diagnostics.Any(diagnostic => diagnostic.IsError) ? GateVerdict.FailedAsWarning
        : GateVerdict.Failed;

    public static string Word(this GateVerdict verdict) => verdict switch
    {
        GateVerdict.NotMade => "Not made",
        GateVerdict.NotReached => "Not reached",
        GateVerdict.Failed => "Gate failed",
        GateVerdict.FailedAsWarning => "Gate failed, as a warning",
        GateVerdict.PassedWithWarning => "Gate passed, with a warning",
        GateVerdict.None => "No gate",
        _ => "Gate passed",
    };

    /// <summary>Where a column is called the gate.</summary>
    public static string ShortWord(this GateVerdict verdict) => verdict switch
    {
        GateVerdict.NotMade => "not made",
        GateVerdict.NotReached => "not reached",
        GateVerdict.Failed => "failed",
        GateVerdict.FailedAsWarning => "failed, a warning",
        GateVerdict.PassedWithWarning => "passed, warned",
        GateVerdict.None => "none",
        _ => "passed",
    };
}
