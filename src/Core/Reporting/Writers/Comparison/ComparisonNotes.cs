namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>What to know before trusting the figures of a comparison.</summary>
internal static class ComparisonNotes
{
    public static IReadOnlyList<string> Of(ComparisonSide baseline, ComparisonSide candidate, bool byOutputs) =>
        [.. Models(baseline, candidate), .. Quality(baseline, candidate), .. Weights(byOutputs), .. Samples(baseline.Outputs, candidate.Outputs),
            .. Thresholds(baseline.Gate, candidate.Gate)];

    private static IEnumerable<string> Models(ComparisonSide baseline, ComparisonSide candidate)
    {
        if (baseline.ModelSha256 is null || candidate.ModelSha256 is null)
            yield return "It is not known whether both were made from the same model: an artifact with external data does not tell, nor does "
                + "anything that is runnable. Compare two reports to know.";
        else if (!string.Equals(baseline.ModelSha256, candidate.ModelSha256, StringComparison.OrdinalIgnoreCase))
            yield return "They were made from different models (other SHA-256): a difference may come from the model as well as from the "
                + "compression.";
    }

    private static IEnumerable<string> Quality(ComparisonSide baseline, ComparisonSide candidate) =>
        from side in new[] { baseline, candidate }
        where side.IsUnmeasured && double.IsNaN(side.R2)
        select $"{side.File.Path} is {(side.File.Kind == ComparisonSide.ModelKind ? "a runnable model" : "an artifact")}, which does not record "
            + "quality. Give the report of the same run instead, or measure it with 'dotnet compress verify'.";

    private static IEnumerable<string> Weights(bool byOutputs)
    {
        if (byOutputs)
            yield return "The candidate's weights are as coarse as its outputs allow (for: outputs): outputs are judged, R² of weights is not.";
    }

    private static IEnumerable<string> Samples(OutputsSummary? baseline, OutputsSummary? candidate)
    {
        if (baseline is not null && candidate is not null && baseline.Source with { Path = null } != candidate.Source with { Path = null })
            yield return "The outputs were measured on other samples: their figures say little about each other.";
    }

    /// <summary>A gate that asks for less passes more easily.</summary>
    private static IEnumerable<string> Thresholds(GateSummary? baseline, GateSummary? candidate)
    {
        if (baseline is null || candidate is null)
            yield break;
        var after = candidate.Checks.DistinctBy(check => check.Name).ToDictionary(check => check.Name, StringComparer.Ordinal);
        foreach (var check in baseline.Checks.DistinctBy(check => check.Name).Where(check => check.Name != "outputs.incomparable"))
        {
            if (!after.TryGetValue(check.Name, out var now))
                yield return $"The gate does not check {check.Name} any more.";
            else if (now.Threshold != check.Threshold)
                yield return $"The gate's {check.Name} was {FigureText.Number(check.Threshold)} and is {FigureText.Number(now.Threshold)}.";
        }
    }
}
