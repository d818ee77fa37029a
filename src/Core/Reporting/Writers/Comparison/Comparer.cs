namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>Compares two compressions: is the candidate worse than the baseline? <c>docs/compare.md</c> has the rules.</summary>
internal static class Comparer
{
    private const string PooledR2 = "pooled R²";
    private const string WorstR2 = "worst weight's R²";

    public static ComparisonReport Compare(ComparisonSide baseline, ComparisonSide candidate, ComparisonTolerance tolerance)
    {
        ComparedFigure[] figures =
        [
            new("artifact", "bytes", baseline.Bytes, candidate.Bytes, tolerance.OfBytes(baseline.Bytes, candidate.Bytes)),
            Quality(PooledR2, "R²", baseline.R2, candidate.R2, tolerance),
            Quality(WorstR2, "R²", baseline.WorstWeightR2, candidate.WorstWeightR2, tolerance),
            .. Outputs(baseline.Outputs, candidate.Outputs, tolerance),
            .. MetricComparer.Figures(baseline.Metrics, candidate.Metrics, tolerance),
        ];
        var byOutputs = IsByOutputs(candidate, figures);
        figures = [.. figures.Select(figure => Judged(figure, candidate, byOutputs))];
        var gate = Gate(baseline.Gate, candidate.Gate);
        var weights = baseline.Weights.Keys.Union(candidate.Weights.Keys, StringComparer.Ordinal)
            .Where(path => HaveHashes(path, baseline, candidate) || IsTold(baseline[path], candidate[path]))
            .Select(path => Weight(path, baseline, candidate, byOutputs, tolerance))
            .OrderBy(weight => weight.Verdict)
            .ThenByDescending(weight => double.IsNaN(weight.ErrorRatio) ? double.PositiveInfinity : weight.ErrorRatio)
            .ThenBy(weight => weight.Path, StringComparer.Ordinal)
            .ToList();
        var worse = figures.Any(figure => figure.Verdict == ComparisonVerdict.Worse)
            || gate.Verdict == ComparisonVerdict.Worse
            || weights.Any(weight => weight.Verdict == ComparisonVerdict.Worse);
        return new(ComparisonReport.CurrentSchemaVersion, worse, tolerance, baseline.File, candidate.File, figures, gate, weights,
            ComparisonNotes.Of(baseline, candidate, byOutputs));
    }

    /// <summary>Whether the candidate's weights are as coarse as its outputs allow, and something that they are for can be compared.</summary>
    private static bool IsByOutputs(ComparisonSide candidate, IEnumerable<ComparedFigure> figures) =>
        candidate.HasSearch
        && figures.Any(figure => !IsOfWeights(figure) && figure.Unit != "bytes" && !double.IsNaN(figure.Baseline + figure.Candidate));

    private static bool IsOfWeights(ComparedFigure figure) => figure.Name is PooledR2 or WorstR2;

    private static ComparedFigure Judged(ComparedFigure figure, ComparisonSide candidate, bool byOutputs) => figure with
    {
        Verdict = byOutputs && IsOfWeights(figure) ? ComparisonVerdict.NotJudged

            // An artifact does not tell it, and need not.
            : candidate.IsUnmeasured && double.IsNaN(figure.Candidate) ? ComparisonVerdict.Unknown
            : figure.Verdict,
    };

    private static bool HaveHashes(string path, ComparisonSide baseline, ComparisonSide candidate) =>
        baseline.Hashes.ContainsKey(path) && candidate.Hashes.ContainsKey(path);

    /// <summary>
    /// An artifact does not list weights that are part of the model's structure or shared, and a runnable model does not say whether what is no
    /// integer is as it was: that is no difference.
    /// </summary>
    private static bool IsTold(WeightState baseline, WeightState candidate)
    {
        return !(SaysNothing(baseline, candidate) || SaysNothing(candidate, baseline));

        static bool SaysNothing(WeightState unknown, WeightState other) =>
            unknown.Coding == ComparedCoding.Unknown && other.Coding != ComparedCoding.Lossy && (other.Bytes is null || unknown.Bytes is not null);
    }

    private static ComparedWeight Weight(string path, ComparisonSide baseline, ComparisonSide candidate, bool byOutputs,
        ComparisonTolerance tolerance)
    {
        var (before, after) = (baseline[path], candidate[path]);
        var verdict = (before.Coding, after.Coding) switch
        {
            (ComparedCoding.Exact, ComparedCoding.Absent) => ComparisonVerdict.Unknown,
            _ when baseline.Hashes.TryGetValue(path, out var hash) && candidate.Hashes.TryGetValue(path, out var other) && hash == other =>
                ComparisonVerdict.Same,
            (ComparedCoding.Lossy, ComparedCoding.Absent) => ComparisonVerdict.Worse,
            _ when byOutputs => ComparisonVerdict.NotJudged,
            _ when candidate.IsUnmeasured && double.IsNaN(after.R2) && !IsKnownLoss(before.Coding, after.Coding) => ComparisonVerdict.Unknown,
            _ => tolerance.OfQuality(before.R2, after.R2),
        };
        return new(path, verdict, before, after);
    }

    /// <summary>An artifact tells that a weight is coded with a loss, though not with which.</summary>
    private static bool IsKnownLoss(ComparedCoding before, ComparedCoding after) => (before, after) == (ComparedCoding.Exact, ComparedCoding.Lossy);

    private static ComparedGate Gate(GateSummary? baseline, GateSummary? candidate)
    {
        if (baseline is null || candidate is null)
            return new(baseline?.Passed, candidate?.Passed, [], ComparisonVerdict.Unknown);
        var failedBefore = Failing(baseline);
        var failing = Failing(candidate).Except(failedBefore).ToList();
        var verdict = failing.Count > 0 ? ComparisonVerdict.Worse
            : failedBefore.Count > Failing(candidate).Count ? ComparisonVerdict.Better
            : ComparisonVerdict.Same;
        return new(baseline.Passed, candidate.Passed, failing, verdict);
    }

    private static List<string> Failing(GateSummary gate) =>
        [.. gate.Checks.Where(check => !check.Passed).Select(check => check.Name).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<ComparedFigure> Outputs(OutputsSummary? baseline, OutputsSummary? candidate, ComparisonTolerance tolerance)
    {
        var before = ByName(baseline);
        var after = ByName(candidate);
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal))
        {
            foreach (var figure in Output($"output {name}", before.GetValueOrDefault(name), after.GetValueOrDefault(name), tolerance))
                yield return figure;
        }

        foreach (var figure in Labels(baseline?.Labels?.Restored, candidate?.Labels?.Restored, tolerance))
            yield return figure;

        if (baseline?.Outputs.Count > 1 || candidate?.Outputs.Count > 1)
            yield return Quality("outputs together: R²", "R²", baseline?.Pooled.R2 ?? double.NaN, candidate?.Pooled.R2 ?? double.NaN, tolerance);
    }

    private static IEnumerable<ComparedFigure> Output(string name, OutputSummary? before, OutputSummary? after, ComparisonTolerance tolerance)
    {
        // Outputs of whole numbers have no R². A floating-point output's that is unknown reads as none, and then no other figure takes its place.
        yield return (before?.Equal ?? after?.Equal) is not null && (before?.R2 ?? after?.R2) is null
            ? Quality($"{name}: equal values", "share", before?.Equal ?? double.NaN, after?.Equal ?? double.NaN, tolerance)
            : Quality($"{name}: R²", "R²", before?.R2 ?? double.NaN, after?.R2 ?? double.NaN, tolerance);

        if (before is null || after is null || (before.Incomparable == 0 && after.Incomparable == 0))
            yield break;
        yield return new($"{name}: values that cannot be compared", "values", before.Incomparable, after.Incomparable,
            after.Incomparable.CompareTo(before.Incomparable) switch
            {
                > 0 => ComparisonVerdict.Worse,
                < 0 => ComparisonVerdict.Better,
                0 => ComparisonVerdict.Same,
            });
    }

    private static IEnumerable<ComparedFigure> Labels(LabelSummary? before, LabelSummary? after, ComparisonTolerance tolerance)
    {
        if ((before?.Accuracy ?? after?.Accuracy) is not null)
            yield return Quality("labels: accuracy", "share", before?.Accuracy ?? double.NaN, after?.Accuracy ?? double.NaN, tolerance);
        foreach (var (name, unit, baseline, candidate) in ((string, string, double?, double?)[])
            [("labels: cross entropy", "nats", before?.Loss, after?.Loss), ("labels: root mean squared error", "error", before?.Rmse, after?.Rmse)])
        {
            if ((baseline ?? candidate) is not null)
                yield return new(name, unit, baseline ?? double.NaN, candidate ?? double.NaN, tolerance.OfError(baseline ?? double.NaN, candidate ?? double.NaN));
        }
    }

    private static Dictionary<string, OutputSummary> ByName(OutputsSummary? outputs) =>
        (outputs?.Outputs ?? []).DistinctBy(output => output.Name).ToDictionary(output => output.Name, StringComparer.Ordinal);

    private static ComparedFigure Quality(string name, string unit, double baseline, double candidate, ComparisonTolerance tolerance) =>
        new(name, unit, baseline, candidate, tolerance.OfQuality(baseline, candidate));
}
