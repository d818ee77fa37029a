using System.Globalization;

namespace CompressTasks.Reporting;

/// <summary>What stands in a report's tables, and changes what its figures mean.</summary>
internal static class ReportNotes
{
    private const int Named = 3;

    /// <summary>Of the weights that are not calibrated for one reason: the JSON report has all.</summary>
    private const int NamedUncalibrated = 10;

    /// <param name="report">Whose notes these are.</param>
    /// <param name="past">The one length that a cache has in all samples; null when there is no such thing.</param>
    public static IReadOnlyList<string> Of(CompressionReport report, PastLength? past = null) =>
    [
        .. Nothing(report), .. Rewritten(report.Runnable),
        .. Attributes(report.Coverage), .. Tables(report), .. Unseen(report), .. Calibrated(report), .. Past(past),
        .. Probed(report.Probe),
    ];

    private static IEnumerable<string> Nothing(CompressionReport report)
    {
        if (report.Coverage.Coded.Weights == 0)
            yield return "Nothing was coded with a loss: all weights are carried exactly, and R² 1 says no more than that.";
    }

    private static IEnumerable<string> Rewritten(RunnableSummary? runnable)
    {
        if (runnable is null)
            yield break;
        var stored = runnable.Weights.GroupBy(weight => weight.Stored).Select(group => $"{FigureText.Count(group.Count(), "weight")} of {group.Key}");
        if (runnable.Weights.Count > 0)
            yield return $"The graph is another one, of {FigureText.Bytes(runnable.Bytes)}: it computes with {string.Join("; ", stored)}.";
        else if (runnable.Search is null)
            yield return "No weight became one of another type: the graph is as it was, and as fast.";
        if (runnable.Rounding is { } rounding)
        {
            yield return runnable.Search is null ? Rounded(rounding, runnable.Weights)
                : $"{What(runnable.Weights)} by what layers meet on {SamplesOf(rounding)}.";
        }

        foreach (var group in (runnable.Float32Operators ?? []).GroupBy(one => one.Reason))
            yield return $"{string.Join(", ", group.Select(one => $"{one.Nodes} {one.Operator}"))} {(group.Sum(one => one.Nodes) == 1 ? "stays" : "stay")} in float32: {group.Key}.";
        foreach (var group in runnable.Left.GroupBy(left => left.Reason))
            yield return $"{FigureText.Count(group.Count(), "weight")} ({string.Join(", ", group.Select(left => left.Path))}) "
                + $"{(group.Count() == 1 ? "stays" : "stay")} in float: {group.Key}.";
    }

    private static string Rounded(RoundingSummary rounding, IReadOnlyList<RewrittenSummary> weights) => rounding switch
    {
        { NearestR2: { } nearest, R2: { } now } when now > nearest => string.Create(CultureInfo.InvariantCulture,
            $"{What(weights)} by what layers meet on {SamplesOf(rounding)}: on a fourth of these, which was held out, R² of the output that loses most is {FigureText.R2(now)}, with all weights rounded to the nearest {FigureText.R2(nearest)}."),
        { NearestR2: not null } => $"Weights are rounded to the nearest: what layers meet on {SamplesOf(rounding)} brought the outputs no closer.",
        _ => $"Weights are rounded to the nearest: {SamplesOf(rounding)} {(rounding.Calibration.Count < RoundingSummary.Fewest ? $"{(rounding.Calibration.Count == 1 ? "is" : "are")} too few to round them otherwise, and to judge that" : "have no outputs in floating point to judge by")}.",
    };

    private static string What(IReadOnlyList<RewrittenSummary> weights)
    {
        return (Has("error feedback"), Has("equalized channels")) switch
        {
            (true, true) => "Weights are rounded, and channels equalized,",
            (true, false) => "Weights are rounded",
            (false, true) => "Channels are equalized",
            _ => "Weights are rounded to the nearest, and ranges of activations chosen,",
        };

        bool Has(string what) => weights.Any(weight => weight.Stored.Contains(what, StringComparison.Ordinal));
    }

    private static string SamplesOf(RoundingSummary rounding) =>
        FigureText.Count(rounding.Calibration.Count, rounding.Calibration.Path is null ? "random sample" : "sample")
            + (rounding.Calibration.Path is { } path ? $" of {path}" : "");

    private static IEnumerable<string> Attributes(CoverageSummary coverage)
    {
        if (coverage.AttributeFloats > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{FigureText.Count(coverage.AttributeFloats, "float")} in attributes of nodes ({FigureText.Bytes(coverage.AttributeBytes)}) "
                    + $"{(coverage.AttributeFloats == 1 ? "is no weight: it is" : "are no weights: they are")} "
                    + $"carried exactly, in the model's structure.");
    }

    private static IEnumerable<string> Tables(CompressionReport report)
    {
        string[] tables = [.. report.Coverage.Kept.Where(weight => weight.Reason.StartsWith(KeptSummary.Table, StringComparison.Ordinal)).Select(weight => weight.Path)];
        if (tables.Length > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{(tables.Length == 1 ? "1 weight is a table that was" : $"{tables.Length} weights are tables that were")} computed, not trained ({Names(tables)}), and carried exactly; a rule with tables: code has such weights coded.");
    }

    private static IEnumerable<string> Unseen(CompressionReport report)
    {
        var unseen = (report.Search?.Weights ?? []).Where(weight => weight.Sensitivity is 0).Select(weight => weight.Path).ToHashSet(StringComparer.Ordinal);
        var coded = report.Weights.Sum(weight => weight.CompressedBytes);
        var bytes = report.Weights.Where(weight => unseen.Contains(weight.Path)).Sum(weight => weight.CompressedBytes);
        if (bytes > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{100.0 * bytes / coded:0} % of the coded bytes are weights that no sample shows an effect of ({Names([.. unseen])}), such as those in a branch that none took: nobody looked at what they compute.");
    }

    private static IEnumerable<string> Calibrated(CompressionReport report)
    {
        if (report.Search is not { MomentsSha256: not null, IsCalibrationGivenUp: false } search)
            yield break;
        foreach (var group in search.NotCalibrated.GroupBy(weight => weight.Reason))
        {
            var names = Names([.. group.Select(weight => weight.Path)], NamedUncalibrated);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{group.Count()} of {FigureText.Count(search.Weights.Count, "weight")} {(group.Count() == 1 ? "is" : "are")} not calibrated "
                    + $"({names}): {group.Key}.");
        }
    }

    private static IEnumerable<string> Past(PastLength? past)
    {
        if (past is not null)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The samples cover one past length only: \"{past.Input}\" is {past.Length} long in all of them. What the model computes with a shorter or longer one, and how errors in it add up, was not looked at; sequences go through all lengths, by feedback: {{ {past.Input}: {past.Output} }} in the samples.");
    }

    private static IEnumerable<string> Probed(ProbeSummary? probe)
    {
        if (probe is { Skipped: { } reason })
            yield return $"No outputs were compared, and none were looked at: {reason}.";
        else if (probe is { Failure: { } failure })
            yield return $"No outputs were compared, and in one look ONNX Runtime could not run the restored model: {failure}.";
        else if (probe is { Output: { } output })
            yield return string.Create(CultureInfo.InvariantCulture,
                $"No outputs were compared. In one look, on {probe.Samples} random samples, {probe.Figure} of \"{output}\" is {FigureText.R2(probe.Value)}: it says more than R² of weights, and less than real samples.");
    }

    private static string Names(IReadOnlyList<string> names, int most = Named) =>
        string.Join(", ", names.Order(StringComparer.Ordinal).Take(most)) + (names.Count > most ? ", …" : "");
}
