using System.Security.Cryptography;
using CompressTasks.Compression.Allocation;
using CompressTasks.Compression.Search;
using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Metrics;
using CompressTasks.Outputs;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>The main job: open → plan → allocate → encode → write → verify → compare outputs → metrics → gate → report.</summary>
public static class Compressor
{
    /// <summary>Compresses every model of a spec. Artifacts and reports are written whether the gate holds or not.</summary>
    /// <param name="spec">What to do.</param>
    /// <param name="options">Output folder and threads.</param>
    /// <param name="progress">Told after every weight, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops the run; no file is left half-written.</param>
    /// <returns>One outcome per model, in the spec's order.</returns>
    /// <exception cref="CompressException">Something is wrong with the spec, a model or the disk.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<CompressionOutcome> Run(CompressionSpec spec, CompressionOptions options, IProgress<CompressionProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var opened = new OpenedModels(spec, options);
        return [.. opened.Models.Select(model => Run(spec, model, options, progress, cancellationToken))];
    }

    private static CompressionOutcome Run(CompressionSpec spec, OpenedModel opened, CompressionOptions options,
        IProgress<CompressionProgress>? progress, CancellationToken cancellationToken)
    {
        var (model, name, artifactPath) = opened;
        var evaluation = spec.Gate?.Outputs is { } outputGate
            ? OutputGateRunner.Prepare(outputGate, spec.Folder, model, name, spec.Search?.Target.Calibration) : null;
        var measuring = new ProgressMeter(progress, name, CompressionPhase.MeasuringMetrics, totalBytes: 0);
        var metrics = MetricRunner.Prepare(spec.Gate, spec.Folder, model.Path, measuring.Begin, cancellationToken);
        OutputPaths.RequireFree(spec, opened, [.. evaluation?.Files ?? [], .. metrics?.Files ?? []]);
        var plan = new ModelTargetResolver(model, options.Threads, cancellationToken).Resolve(Plan.Create(spec, model), artifactPath);
        var (encoded, search) = evaluation is null
            ? (new PartlyEncodedModel(plan), null)
            : new OutputSearch(model, evaluation, metrics, options.Threads, (phase, total) => new(progress, name, phase, total), cancellationToken)
                .Resolve(plan);
        plan = encoded.Plan;
        var bytes = plan.Where(p => p.HasChunk).Sum(p => p.Weight.PayloadBytes);
        var weights = plan.Count(p => p.HasChunk);

        using var pending = new PendingArtifact(artifactPath);
        var encoding = new ProgressMeter(progress, name, CompressionPhase.Encoding, bytes, weights);
        encoding.Begin();
        var coded = ModelEncoder.Write(model, encoded, pending.Path, options.Threads, encoding, cancellationToken);

        var verifying = new ProgressMeter(progress, name, CompressionPhase.Verifying, bytes, weights);
        verifying.Begin();
        var qualities = ArtifactVerifier.Measure(pending.Path, model, options.Threads, verifying, cancellationToken);

        if (evaluation is not null)
            new ProgressMeter(progress, name, CompressionPhase.Comparing, bytes).Begin();
        var outputs = evaluation?.Run(pending.Path, [.. qualities.Select(quality => quality.Path)], options.Threads, cancellationToken);
        var measured = metrics is null ? null : Measure(metrics, pending.Path, options.Threads, cancellationToken);

        var probe = evaluation is null
            ? OutputProbe.Look(model, name, pending.Path, [.. qualities.Select(quality => quality.Path)], options, cancellationToken) : null;

        var original = new FileSummary(name, model.Sha256, model.TotalBytes);
        var artifact = new FileSummary(Path.GetFileName(artifactPath), Sha256(pending.Path), new FileInfo(pending.Path).Length);
        var (report, failures) = new ReportBuilder(plan, coded, qualities, outputs, measured).Build(original, artifact, spec.Gate);
        if (search is not null)
        {
            report = report with { Search = search };
            failures = [.. failures, .. SearchWarnings.Of(search, spec.Search!, original, outputs!)];
        }

        var at = spec.Gate?.At ?? new SourceLocation(spec.File);
        report = report with { Probe = probe };
        report = report with { Notes = ReportNotes.Of(report, evaluation?.OnlyPastLength) };
        if (probe is { Failure: { } failure })
        {
            var worst = probe.WorstWeight is { } path ? new BlameSummary(path, 1, double.NaN) : null;
            var severity = spec.Gate?.OnFailure ?? Severity.Error;
            failures = [.. failures, GateDiagnostics.CannotRun(severity, original, failure, worst is null ? [] : [worst], at)];
        }

        if (probe is { IsAlarming: true })
            failures = [.. failures, GateDiagnostics.Probe(original, probe, at)];
        if (probe is { IsRefused: true })
            failures = [.. failures, GateDiagnostics.NotProbed(original, probe, at)];
        if (evaluation is { Unfed: { Count: > 0 } unfed })
            failures = [.. failures, GateDiagnostics.Stateful(original, unfed, spec.Gate!.Outputs!.Samples.At)];
        if (evaluation is null && qualities.Where(quality => quality.HidesLoss).ToList() is { Count: > 0 } hiding)
            failures = [.. failures, GateDiagnostics.FewValuesHoldVariance(original, hiding, at)];
        var tree = SourceTree.Around(spec.Folder);
        report = report with { Diagnostics = [.. failures.Select(failure => DiagnosticSummary.Of(failure, tree))], Spec = Used(spec, tree) };
        model.RequireUnchanged();
        using var reports = new ReportFiles(report, spec.Reports, artifactPath);
        pending.Commit();
        reports.Commit();
        return new(report, [.. opened.Files, .. evaluation?.Files ?? [], .. metrics?.Files ?? []], artifactPath,
            reports.Paths, failures)
        { ModelPaths = opened.Files };
    }

    /// <summary>Of what is on disk, as everything else.</summary>
    private static IReadOnlyList<MeasuredMetric> Measure(MetricRunner metrics, string artifactPath, int threads,
        CancellationToken cancellationToken)
    {
        using var restored = TrialModel.OfArtifact(artifactPath, threads, cancellationToken);
        return metrics.Measure(restored.Path);
    }

    private static SpecSummary Used(CompressionSpec spec, SourceTree tree) => new(
        spec.IsFromFile ? tree.Relative(spec.File) : null,
        spec.Text,
        [.. spec.Overrides.Select(value => new SpecOverrideSummary(value.Key, value.Value, value.Origin))]);

    private static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
