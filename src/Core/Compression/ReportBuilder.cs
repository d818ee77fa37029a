using CompressTasks.Compression.Search;
using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>Judges what was measured by a spec, and puts together what a report says. It measures nothing.</summary>
internal static class ReportBuilder
{
    /// <returns>The report, and its findings at their places in the spec: failed thresholds, then warnings.</returns>
    public static (CompressionReport Report, IReadOnlyList<Diagnostic> Findings) Build(CompressionSpec spec, FileSummary original,
        string artifactName, Measurements measured)
    {
        var (artifact, outputs, metrics, probe) = measured;
        var (verdict, failures) = QualityGate.Check(spec.Gate, original, artifact.Total,
            [.. artifact.Weights.Select(weight => new VerifiedWeight(weight.Path, weight.R2))], outputs?.Summary, metrics, measured.Speed);
        IReadOnlyList<Diagnostic> findings = [.. failures, .. Warnings(spec, original, measured, verdict)];
        var report = new CompressionReport(
            CompressionReport.CurrentSchemaVersion,
            ToolVersion.NameAndVersion,
            original,
            new(artifactName, artifact.Sha256, artifact.Total.ArtifactBytes),
            artifact.Total,
            verdict,
            artifact.Weights,
            artifact.Coverage)
        {
            Outputs = outputs?.Summary,
            Speed = measured.Speed,
            Metrics = metrics?.Select(MetricGate.Summary).ToList(),
            Search = artifact.Search,
            Runnable = artifact.Runnable,
            Probe = probe,
        };
        var tree = SourceTree.Around(spec.Folder);
        return (report with
        {
            Notes = ReportNotes.Of(report, outputs?.OnlyPastLength),
            Diagnostics = [.. findings.Select(finding => DiagnosticSummary.Of(finding, tree))],
            Spec = Used(spec, tree),
        }, findings);
    }

    private static IEnumerable<Diagnostic> Warnings(CompressionSpec spec, FileSummary original, Measurements measured, GateSummary verdict)
    {
        var at = spec.Gate?.At ?? new SourceLocation(spec.File);
        if (measured.Probe is { Failure: { } failure } probe)
        {
            IReadOnlyList<BlameSummary> worst = probe.WorstWeight is { } path ? [new(path, 1, double.NaN)] : [];
            yield return GateDiagnostics.CannotRun(spec.Gate?.OnFailure ?? Severity.Error, original, failure, worst, at, spec.IsFromFile);
        }

        if (measured.Artifact.Search is { } search)
        {
            foreach (var warning in SearchWarnings.Of(search, spec.Search!, original, measured.Outputs!.Summary))
                yield return warning;
        }

        if (measured.Outputs?.Summary.Outputs is { Count: > 0 } compared && compared.All(output => output.IsConstant))
            yield return GateDiagnostics.ConstantOutputs(original, [.. compared.Select(output => output.Name)], spec.Gate!.Outputs!.Samples.At);
        if (measured.Artifact.Runnable?.Rounding is { } rounding && spec.IntegerCalibration is { } calibration)
        {
            foreach (var warning in SearchWarnings.Of(rounding, original, calibration))
                yield return warning;
        }

        if (measured.Artifact.Runnable?.Search is { } layers)
        {
            foreach (var warning in SearchWarnings.Of(layers, verdict, original, spec.LayerSearch!.At))
                yield return warning;
        }

        if (measured.Probe is { IsAlarming: true } alarming)
            yield return GateDiagnostics.Probe(original, alarming, at, spec.IsFromFile);
        if (spec is { Search: null, Gate.Outputs.Samples: RandomSamplesSpec random } && measured.Outputs?.Summary is { } summary
            && summary.Outputs.Where(output => (output.R2 ?? output.Equal) < ProbeSummary.Least).MinBy(output => output.R2 ?? output.Equal) is { } low)
            yield return GateDiagnostics.OnRandomSamples(original, low, random.At);
        if (measured.Probe is { IsRefused: true } refused)
            yield return GateDiagnostics.NotProbed(original, refused, at, spec.IsFromFile);
        if (measured.Outputs is { Unfed: { Count: > 0 } unfed })
            yield return GateDiagnostics.Stateful(original, [.. unfed.Select(state => (state.Input, state.Output))], spec.Gate!.Outputs!.Samples.At,
                spec.IsFromFile);

        // Outputs show what is lost, but not on values that say little, unless a search went as far as they allow.
        if (measured.Outputs is not null && spec is not { Search: null, Gate.Outputs.Samples: RandomSamplesSpec })
            yield break;
        if (measured is { Artifact.HiddenLosses: { Count: > 0 } hiding })
            yield return GateDiagnostics.FewValuesHoldVariance(original, hiding, at, spec.IsFromFile);
        if (measured is { Artifact.LostTenths: { Count: > 0 } tenths })
            yield return GateDiagnostics.SmallGroupsLost(original, tenths, at, spec.IsFromFile);
        if (measured is { Artifact.LostRows: { Count: > 0 } lost })
            yield return GateDiagnostics.RowsLost(original, lost, at, spec.IsFromFile);
    }

    private static SpecSummary Used(CompressionSpec spec, SourceTree tree) => new(
        spec.IsFromFile ? tree.Relative(spec.File) : null,
        spec.Text,
        [.. spec.Overrides.Select(value => new SpecOverrideSummary(value.Key, value.Value, value.Origin))]);
}
