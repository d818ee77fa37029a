using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;
using CompressTasks.Tool.OnnxRuntimes;
using CompressTasks.Tool.Output;
using CompressTasks.Tool.Receipts;
using CompressTasks.Tool.Watching;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress SPEC|MODEL …</c>: the main job.</summary>
internal static class CompressCommand
{
    public static RootCommand Create(ToolConsole console)
    {
        var specOptions = new SpecOptions();
        var onnxRuntime = new OnnxRuntimeOptions();
        var receipt = new Option<string?>("--receipt")
        {
            Description = "Record the run in a file when the gate holds, and remove the file when it does not: builds use it to skip what is up to "
                + "date.",
            HelpName = "FILE",
        };
        var receiptKey = new Option<string?>("--receipt-key") { Description = "A text to record in the receipt.", HelpName = "TEXT", Hidden = true };
        var records = new Option<string[]>("--records") { Description = "Folders with artifacts of other runs.", HelpName = "DIR", Hidden = true };
        var parent = new Option<int?>("--parent-process") { Description = "The process to end with.", HelpName = "ID", Hidden = true };
        var watch = new Option<bool>("--watch")
        {
            Description = "Run again whenever something changes that the run reads, until Ctrl+C. What need not be made again is kept, as with "
                + "--receipt.",
        };
        var json = CommonOptions.Json("Print the report as JSON: an object for one model, an array for several.");
        var verbosity = CommonOptions.Verbosity();
        var root = new RootCommand("Makes ONNX models small, measures what it cost, and fails below the quality gate.");
        specOptions.AddTo(root);
        foreach (var option in (Option[])[receipt, receiptKey, records, parent, watch, json, verbosity])
            root.Add(option);
        onnxRuntime.AddTo(root);
        root.SetCancellableAction((parsed, cancellationToken) =>
        {
            using var ending = ParentProcess.Watch(parsed.GetValue(parent), cancellationToken);
            return parsed.GetValue(watch)
                ? new WatchSession(console, parsed.GetValue(verbosity) ?? Verbosity.Normal, ending.Token)
                    .Run(before => WatchedRun.Find(specOptions, parsed, before), () => RunOnce(parsed, ending.Token))
                : RunOnce(parsed, ending.Token);
        });
        return root;

        int RunOnce(ParseResult parsed, CancellationToken cancellationToken)
        {
            // Before anything is read: what is written to later may not be what was used.
            var started = DateTime.UtcNow;
            var inputs = specOptions.Inputs(parsed);
            if (parsed.GetValue(receipt) is not null && inputs.Count > 1)
                throw new CompressException(ToolDiagnostics.InvalidCommandLine("--receipt records one run; give one spec or model"));
            var outputs = parsed.GetValue(receipt) is { } kept ? RunOutputs.Of(kept) : null;
            var models = new RunModels(inputs.Count, specOptions.Output(parsed));
            models.Last.Read(outputs?.Reports ?? []);
            outputs?.RemoveReports();
            return Run(
                console,
                inputs,
                input => Load(parsed, input, inputs.Count, keepsRecords: outputs is not null || parsed.GetValue(watch)),
                models,
                outputs,
                spec => parsed.GetValue(receipt) is { } path
                    ? ReceiptRecorder.Start(path, spec.File, SpecListings.Of(spec), started, parsed.GetValue(receiptKey) ?? "") : null,
                onnxRuntime.Read(parsed),
                parsed.GetValue(json),
                parsed.GetValue(verbosity) ?? Verbosity.Normal,
                cancellationToken);
        }

        SpecJob Load(ParseResult parsed, string input, int inputs, bool keepsRecords)
        {
            var job = specOptions.Load(parsed, input);
            return job with
            {
                Options = job.Options with
                {
                    KeepsRecords = keepsRecords,
                    RecordFolders = parsed.GetValue(records) ?? [],
                    BaselineRoot = inputs > 1 && job.Options.Output is null ? Directory.GetCurrentDirectory() : null,
                },
            };
        }
    }

    private static int Run(
        ToolConsole console,
        IReadOnlyList<string> inputs,
        Func<string, SpecJob> load,
        RunModels models,
        RunOutputs? outputs,
        Func<CompressionSpec, ReceiptRecorder?> record,
        OnnxRuntimeSearch onnxRuntime,
        bool json,
        Verbosity verbosity,
        CancellationToken cancellationToken)
    {
        ReceiptRecorder? recorder = null;
        var isWrong = false;
        foreach (var input in inputs)
        {
            var before = models.Outcomes.Count;
            SpecJob? job = null;
            try
            {
                job = load(input);
                models.Begin(job);
                recorder = record(job.Spec);

                // Only builds keep receipts.
                if (recorder is not null)
                    console.LetBuildReport();
                var written = Compressor.WrittenPaths(job.Spec, job.Options);
                models.Last.Read(written);
                outputs?.Begin(written, cancellationToken);
                Compress(console, job, models, onnxRuntime, verbosity, cancellationToken);
            }
            catch (CompressException error)
            {
                models.Fail(input, job, models.Outcomes.Count - before, error);
                if (inputs.Count == 1)
                {
                    models.WriteOverview(cancellationToken);
                    throw;
                }

                // The others are no worse for it.
                isWrong = true;
                foreach (var diagnostic in error.Diagnostics)
                    console.Write(diagnostic);
            }
        }

        models.WriteOverview(cancellationToken);
        var outcomes = models.Outcomes;
        outputs?.End(outcomes.SelectMany(outcome => outcome.WrittenPaths).Concat(models.OverviewPaths),
            outcomes.SelectMany(outcome => outcome.InputPaths), cancellationToken);
        foreach (var outcome in outcomes.Where(outcome => outcome.IsKept && verbosity != Verbosity.Quiet))
            console.WriteLog($"{outcome.Report.Model.Path}: {outcome.Report.Artifact.Path} is kept, nothing that it depends on has changed");
        Show(console, models, json, verbosity);
        if (isWrong)
            return ExitCode.Error;
        if (!outcomes.All(o => o.Accepted))
            return ExitCode.GateFailed;
        recorder?.Write(
            outcomes.SelectMany(o => o.ModelPaths),
            outcomes.SelectMany(o => o.InputPaths),
            outcomes.SelectMany(o => (IEnumerable<string>)[o.ArtifactPath, .. o.BesidePaths, .. o.ReportPaths]).Concat(models.OverviewPaths),
            outcomes.SelectMany(o => o.Diagnostics),
            cancellationToken);
        return ExitCode.Done;
    }

    private static void Compress(ToolConsole console, SpecJob job, RunModels models, OnnxRuntimeSearch onnxRuntime, Verbosity verbosity,
        CancellationToken cancellationToken)
    {
        var (spec, options) = job;
        onnxRuntime.LoadFor(spec, verbosity == Verbosity.Quiet ? _ => { } : console.WriteLog, cancellationToken);
        if (options.Probe && spec.Gate?.Outputs is null)
            options = options with { ProbeHindrance = onnxRuntime.WhyNotAtHand() };
        options = options with { MeasureMemory = (trial, token) => MemoryProcess.Measure(onnxRuntime, trial, token) };
        RunProgress.Show(console, verbosity, progress =>
        {
            foreach (var outcome in Compressor.RunEach(spec, options, progress, cancellationToken))
                models.Add(outcome);
            return models;
        });
    }

    private static void Show(ToolConsole console, RunModels models, bool json, Verbosity verbosity)
    {
        var outcomes = models.Outcomes;
        if (json)
            console.WriteResult(ReportOutput.Json(outcomes));
        else if (verbosity == Verbosity.Minimal)
            console.WriteResult(ReportOutput.Lines(outcomes, models.Last.Change));
        else if (verbosity > Verbosity.Minimal && outcomes.Count > 0)
            ReportOutput.Summary(console.Output, outcomes, models.Last.Change, models.OverviewPaths, verbosity);
        foreach (var diagnostic in outcomes.SelectMany(o => o.Diagnostics))
            console.Write(diagnostic);
        console.WriteStepSummary(models.Overview, [.. outcomes.Select(o => o.Report)], [.. outcomes.Select(o => o.Change)]);
    }
}
