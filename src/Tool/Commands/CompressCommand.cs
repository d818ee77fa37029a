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
                ? new WatchSession(console, parsed.GetValue(verbosity), ending.Token)
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
            outputs?.RemoveReports();
            return Run(
                console,
                [.. inputs.Select(input => (Func<SpecJob>)(() => Load(parsed, input, keepsRecords: outputs is not null || parsed.GetValue(watch))))],
                outputs,
                spec => parsed.GetValue(receipt) is { } path
                    ? ReceiptRecorder.Start(path, spec.File, SpecListings.Of(spec), started, parsed.GetValue(receiptKey) ?? "") : null,
                onnxRuntime.Read(parsed),
                parsed.GetValue(json),
                parsed.GetValue(verbosity),
                cancellationToken);
        }

        SpecJob Load(ParseResult parsed, string input, bool keepsRecords)
        {
            var job = specOptions.Load(parsed, input);
            return job with { Options = job.Options with { KeepsRecords = keepsRecords, RecordFolders = parsed.GetValue(records) ?? [] } };
        }
    }

    private static int Run(
        ToolConsole console,
        IReadOnlyList<Func<SpecJob>> jobs,
        RunOutputs? outputs,
        Func<CompressionSpec, ReceiptRecorder?> record,
        OnnxRuntimeSearch onnxRuntime,
        bool json,
        Verbosity verbosity,
        CancellationToken cancellationToken)
    {
        var outcomes = new List<CompressionOutcome>();
        ReceiptRecorder? recorder = null;
        var isWrong = false;
        foreach (var load in jobs)
        {
            try
            {
                var job = load();
                recorder = record(job.Spec);

                // Only builds keep receipts.
                if (recorder is not null)
                    console.LetBuildReport();
                outputs?.Begin(Compressor.WrittenPaths(job.Spec, job.Options));
                var made = Compress(console, job, onnxRuntime, verbosity, cancellationToken);
                outputs?.End(made.SelectMany(outcome => outcome.WrittenPaths));
                foreach (var outcome in made.Where(outcome => outcome.IsKept && verbosity != Verbosity.Quiet))
                    console.WriteLog($"{outcome.Report.Model.Path}: {outcome.Report.Artifact.Path} is kept, nothing that it depends on has changed");
                outcomes.AddRange(made);
            }
            catch (CompressException error) when (jobs.Count > 1)
            {
                // The others are no worse for it.
                isWrong = true;
                foreach (var diagnostic in error.Diagnostics)
                    console.Write(diagnostic);
            }
        }

        Show(console, outcomes, json, verbosity);
        if (isWrong)
            return ExitCode.Error;
        if (!outcomes.All(o => o.Accepted))
            return ExitCode.GateFailed;
        recorder?.Write(
            outcomes.SelectMany(o => o.ModelPaths),
            outcomes.SelectMany(o => o.InputPaths),
            outcomes.SelectMany(o => o.ReportPaths.Prepend(o.ArtifactPath)),
            outcomes.SelectMany(o => o.Diagnostics));
        return ExitCode.Done;
    }

    private static IReadOnlyList<CompressionOutcome> Compress(ToolConsole console, SpecJob job, OnnxRuntimeSearch onnxRuntime, Verbosity verbosity,
        CancellationToken cancellationToken)
    {
        var (spec, options) = job;
        onnxRuntime.LoadFor(spec, verbosity == Verbosity.Quiet ? _ => { } : console.WriteLog, cancellationToken);
        if (options.Probe && spec.Gate?.Outputs is null)
            options = options with { ProbeHindrance = onnxRuntime.WhyNotAtHand() };
        return RunProgress.Show(console, verbosity, progress => Compressor.Run(spec, options, progress, cancellationToken));
    }

    private static void Show(ToolConsole console, IReadOnlyList<CompressionOutcome> outcomes, bool json, Verbosity verbosity)
    {
        if (json)
            console.WriteResult(ReportOutput.Json(outcomes));
        else if (verbosity == Verbosity.Minimal)
            console.WriteResult(ReportOutput.Lines(outcomes));
        else if (verbosity > Verbosity.Minimal && outcomes.Count > 0)
            ReportOutput.Summary(console.Output, outcomes, verbosity);
        foreach (var diagnostic in outcomes.SelectMany(o => o.Diagnostics))
            console.Write(diagnostic);
        console.WriteStepSummary([.. outcomes.Select(o => o.Report)]);
    }
}
