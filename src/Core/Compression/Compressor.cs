using CompressTasks.Compression.Allocation;
using CompressTasks.Compression.Reuse;
using CompressTasks.Compression.Search;
using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.IO;
using CompressTasks.Metrics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>The main job: open → plan → allocate → encode → write → verify → compare outputs → metrics → gate → report.</summary>
public static class Compressor
{
    /// <summary>The files that a run of the spec writes.</summary>
    /// <exception cref="CompressException">An entry matches nothing, or two models would write the same artifact.</exception>
    internal static IReadOnlyList<string> WrittenPaths(CompressionSpec spec, CompressionOptions options)
    {
        var models = spec.FindModels();
        return
        [
            .. models.SelectMany(file => OpenedModels.WrittenPaths(spec, file, options)),
            .. models.Select(file => OpenedModels.ArtifactPath(spec, file, options)).SelectMany(artifact => (IEnumerable<string>)
                [RecordFile.PathOf(artifact), .. spec.Reports.Select(format => ReportFiles.PathOf(format, artifact))]),
            .. models.Count > 1 ? OverviewFiles.PathsIn(options.OutputFolder(spec), spec.Reports) : [],
        ];
    }

    /// <summary>Compresses every model of a spec. Artifacts and reports are written whether the gate holds or not.</summary>
    /// <param name="spec">What to do.</param>
    /// <param name="options">Output folder and threads.</param>
    /// <param name="progress">Told after every weight, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops the run; no file is left half-written.</param>
    /// <returns>One outcome per model, in the spec's order.</returns>
    /// <exception cref="CompressException">Something is wrong with the spec, a model or the disk.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<CompressionOutcome> Run(CompressionSpec spec, CompressionOptions options, IProgress<CompressionProgress>? progress,
        CancellationToken cancellationToken) => [.. RunEach(spec, options, progress, cancellationToken)];

    /// <summary>As <see cref="Run(CompressionSpec, CompressionOptions, IProgress{CompressionProgress}?, CancellationToken)"/>, one model after the
    /// other as they are asked for: what was made before an error is known.</summary>
    internal static IEnumerable<CompressionOutcome> RunEach(CompressionSpec spec, CompressionOptions options,
        IProgress<CompressionProgress>? progress, CancellationToken cancellationToken)
    {
        var started = DateTime.UtcNow;
        using var opened = new OpenedModels(spec, options);
        foreach (var model in opened.Models)
            yield return Run(spec, model, options, started, progress, cancellationToken);
    }

    private static CompressionOutcome Run(CompressionSpec spec, OpenedModel opened, CompressionOptions options,
        DateTime started, IProgress<CompressionProgress>? progress, CancellationToken cancellationToken)
    {
        // An artifact takes its place when all is known of it: a run that ends with an error leaves what was there.
        using var pending = new PendingArtifact(opened.ArtifactPath);
        return pending.Naming(() => Run(spec, opened, pending, options, started, progress, cancellationToken));
    }

    private static CompressionOutcome Run(CompressionSpec spec, OpenedModel opened, PendingArtifact pending, CompressionOptions options,
        DateTime started, IProgress<CompressionProgress>? progress, CancellationToken cancellationToken)
    {
        var (model, name, artifactPath) = opened;
        var keys = options.KeepsRecords ? ReuseKeys.Of(spec, model, opened.Format, Path.GetFileNameWithoutExtension(artifactPath)) : null;

        var found = keys?.Artifact is { } key ? KeptArtifacts.Find(key, artifactPath, pending, options.RecordFolders, cancellationToken) : null;
        var kept = found?.Record;
        if (kept is null)
            pending.RequireWritable();
        if (found?.Path == pending.Path)
            BringRunnable(opened, pending, options.Threads, cancellationToken);
        var knownOutputs = spec.Gate?.Outputs is { } gate ? kept?.OutputsFor(keys!, gate) : null;
        var evaluation = knownOutputs is null && spec.Gate?.Outputs is { } outputGate
            ? OutputGateRunner.Prepare(outputGate, spec.Folder, model, name, spec.Search?.Target.Calibration) : null;
        var measuring = new ProgressMeter(progress, name, CompressionPhase.MeasuringMetrics, totalBytes: 0);
        var metrics = MetricRunner.Prepare(spec.Gate, spec.Folder, model.Path, measuring.Begin, cancellationToken);

        using var runnable = kept is null ? RunnableBuild.Create(spec, opened, options.Threads,
            (phase, total) => new(progress, name, phase, total), cancellationToken) : null;
        IReadOnlyList<string> samples = runnable?.SampleFiles ?? [.. (kept?.Samples ?? []).Select(file => Path.GetFullPath(file, spec.Folder))];
        IReadOnlyList<string> baseline = opened.Baseline?.File is { } file ? [file] : [];
        OutputPaths.RequireFree(spec, opened, [.. evaluation?.Files ?? [], .. samples, .. metrics?.Files ?? [], .. baseline]);

        // External data has its name beside the rewritten model, and only in the end beside the other.
        var path = found?.Path ?? (opened.Format == ModelFormat.Onnx ? runnable!.Model.Path : pending.Path);
        var artifact = kept?.Artifact ?? Make(spec, opened, runnable, pending, evaluation, metrics, options.Threads, progress, cancellationToken);
        if (evaluation is not null)
            new ProgressMeter(progress, name, CompressionPhase.Comparing, model.TotalBytes).Begin();
        var outputs = knownOutputs
            ?? (evaluation is null ? null : Compare(spec, model, evaluation, path, artifact, options.Threads, cancellationToken));
        var figures = metrics is null ? null
            : kept?.MetricsFor(keys!, spec.Gate!.Metrics) ?? Measure(metrics, path, options.Threads, cancellationToken);
        var probe = outputs is not null ? null
            : options.Probe && kept?.Probe is { } seen ? seen
            : OutputProbe.Look(model, name, path, artifact.Inexact, spec.Float16Graph is not null, options, cancellationToken);
        var speed = spec.Gate?.Speed is null ? null
            : kept?.SpeedFor(keys!) ?? MeasureSpeed(spec, opened, path, options, progress, cancellationToken);
        var measured = new Measurements(artifact, outputs, figures, probe) { Speed = speed };

        IReadOnlyList<string> inputs =
            [.. opened.Files, .. (outputs?.Files ?? []).Select(file => Path.GetFullPath(file, spec.Folder)), .. samples, .. metrics?.Files ?? [],
                .. baseline];
        var original = new FileSummary(name, model.Sha256, model.TotalBytes);
        var (report, findings) = ReportBuilder.Build(spec, original, Path.GetFileName(artifactPath), measured);
        model.RequireUnchanged();
        var change = opened.Baseline?.Compare(report);
        using var reports = new ReportFiles(report, change, spec.Reports, artifactPath);
        var swap = new FileSwap(model.Path);
        if (path == artifactPath)
        {
            reports.Commit(swap, cancellationToken);
            ReplacedFile.RemoveLeftovers(artifactPath);
        }
        else
            pending.Commit(reports, swap, cancellationToken);
        IReadOnlyList<string> beside = path != artifactPath ? pending.Beside
            : [.. kept!.Beside.Select(file => KeptArtifacts.PathBeside(artifactPath, file))];
        var record = keys is null ? null : KeptArtifacts.Keep(keys, measured, artifactPath, beside,
            [.. samples.Select(file => Path.GetRelativePath(spec.Folder, file).Replace('\\', '/'))], inputs, started, cancellationToken);
        return new(report, inputs, artifactPath, reports.Paths, findings)
        {
            ModelPaths = opened.Files,
            Change = change,
            IsKept = kept is not null,
            RecordPath = record,
            BesidePaths = beside,
        };
    }

    /// <summary>Codes the weights, writes the artifact, and reads it back.</summary>
    private static MeasuredArtifact Make(CompressionSpec spec, OpenedModel opened, RunnableBuild? runnable, PendingArtifact pending,
        OutputGateRunner? evaluation, MetricRunner? metrics, int threads, IProgress<CompressionProgress>? progress,
        CancellationToken cancellationToken)
    {
        var (model, name, artifactPath) = opened;
        if (opened.Format == ModelFormat.Onnx)
        {
            pending.Bring(runnable!.Files, artifactPath);
            var changed = RunnableVerifier.Measure(runnable.Model.Path, model, threads, cancellationToken);
            return new RunnableSummarizer(runnable, model).Summarize(changed);
        }

        if (spec.Search is not null)
            evaluation?.RequireNumbers(cancellationToken);
        model = runnable?.Model ?? model;
        var resolved = new ModelTargetResolver(model, threads, cancellationToken)
            .Resolve(Plan.Create(runnable?.Spec ?? spec, model, runnable?.Made), artifactPath);
        var (encoded, search) = evaluation is null
            ? (resolved, null)
            : evaluation.Searching(() =>
                new OutputSearch(model, evaluation, metrics, threads, (phase, total) => new(progress, name, phase, total), cancellationToken)
                    .Resolve(resolved));
        var plan = encoded.Plan;
        var bytes = plan.Where(p => p.HasChunk).Sum(p => p.Weight.PayloadBytes) + model.Excise([.. Plan.Owners(plan).Keys]).Layout.SkeletonLength;
        var weights = plan.Count(p => p.HasChunk);

        var encoding = new ProgressMeter(progress, name, CompressionPhase.Encoding, bytes, weights);
        encoding.Begin();
        var coded = ModelEncoder.Write(model, encoded, pending.Path, threads, encoding, cancellationToken);
        pending.Hold();

        var verifying = new ProgressMeter(progress, name, CompressionPhase.Verifying, bytes, weights);
        verifying.Begin();
        var qualities = ArtifactVerifier.Measure(pending.Path, model, threads, verifying, cancellationToken);
        if (runnable is not null)
            return Runnable(opened, runnable, pending, new(plan, coded, search), threads, cancellationToken);
        var lookups = qualities.Any(quality => quality.LostRows is not null) ? LookupTables.Find(model.ReadStructure()) : new HashSet<string>();
        return new ArtifactSummarizer(plan, coded, qualities, lookups, search)
            .Summarize(model, FileDigest.Of(pending.Path), new FileInfo(pending.Path).Length);
    }

    /// <summary>The runnable model that goes beside the artifact is what this decodes to.</summary>
    private static void BringRunnable(OpenedModel opened, PendingArtifact pending, int threads, CancellationToken cancellationToken)
    {
        if (opened.RunnablePath is not { } runnablePath)
            return;
        using var restored = TrialModel.OfArtifact(pending.Path, threads, cancellationToken);
        pending.Bring(restored.Files, runnablePath);
    }

    /// <summary>The artifact decodes to a runnable model: its weights are compared with those of the original.</summary>
    private static MeasuredArtifact Runnable(OpenedModel opened, RunnableBuild runnable, PendingArtifact pending, CodedModel coded, int threads,
        CancellationToken cancellationToken)
    {
        BringRunnable(opened, pending, threads, cancellationToken);
        var qualities = RunnableVerifier.Measure(pending.Path, opened.Model, threads, cancellationToken);
        return new RunnableSummarizer(runnable, opened.Model)
            .Summarize(coded, qualities, FileDigest.Of(pending.Path), new FileInfo(pending.Path).Length);
    }

    private static MeasuredOutputs Compare(CompressionSpec spec, OnnxModel model, OutputGateRunner evaluation, string artifactPath,
        MeasuredArtifact artifact, int threads, CancellationToken cancellationToken)
    {
        var summary = spec.Float16Graph is null ? evaluation.Run(artifactPath, artifact.Inexact, threads, cancellationToken)
            : RoundedTrial.Run(evaluation, model, artifactPath, threads, cancellationToken);
        return new(
            summary,
            [.. evaluation.Unfed.Select(state => new UnfedState(state.Input, state.Output))],
            evaluation.OnlyPastLength,
            [.. evaluation.Files.Select(file => Path.GetRelativePath(spec.Folder, file).Replace('\\', '/'))]);
    }

    private static SpeedSummary MeasureSpeed(CompressionSpec spec, OpenedModel opened, string path, CompressionOptions options,
        IProgress<CompressionProgress>? progress, CancellationToken cancellationToken)
    {
        var (model, name, _) = opened;
        new ProgressMeter(progress, name, CompressionPhase.Timing, totalBytes: 0).Begin();
        return SpeedRunner.Measure(spec.Gate!, spec.Folder, model, name, path, options, cancellationToken);
    }

    /// <summary>Of what is on disk, as everything else.</summary>
    private static IReadOnlyList<MeasuredMetric> Measure(MetricRunner metrics, string artifactPath, int threads,
        CancellationToken cancellationToken)
    {
        using var restored = TrialModel.OfResult(artifactPath, threads, cancellationToken);
        return metrics.Measure(restored.Path);
    }
}
