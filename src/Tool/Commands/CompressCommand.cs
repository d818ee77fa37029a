using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Spec;
using CompressTasks.Tool.OnnxRuntimes;
using CompressTasks.Tool.Output;
using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress SPEC|MODEL</c>: the main job.</summary>
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
        var json = CommonOptions.Json("Print the report as JSON: an object for one model, an array for several.");
        var verbosity = CommonOptions.Verbosity();
        var root = new RootCommand("Makes ONNX models small, measures what it cost, and fails below the quality gate.");
        specOptions.AddTo(root);
        foreach (var option in (Option[])[receipt, receiptKey, records, parent, json, verbosity])
            root.Add(option);
        onnxRuntime.AddTo(root);
        root.SetCancellableAction((parsed, cancellationToken) =>
        {
            // Before anything is read: what is written to later may not be what was used.
            var started = DateTime.UtcNow;
            using var ending = ParentProcess.Watch(parsed.GetValue(parent), cancellationToken);
            var outputs = parsed.GetValue(receipt) is { } kept ? RunOutputs.Of(kept) : null;
            outputs?.RemoveReports();
            return Run(
                console,
                () => Load(parsed, keepsRecords: outputs is not null),
                outputs,
                spec => parsed.GetValue(receipt) is { } path
                    ? ReceiptRecorder.Start(path, spec.File, SpecListings.Of(spec), started, parsed.GetValue(receiptKey) ?? "") : null,
                onnxRuntime.Read(parsed),
                parsed.GetValue(json),
                parsed.GetValue(verbosity),
                ending.Token);
        });
        return root;

        SpecJob Load(ParseResult parsed, bool keepsRecords)
        {
            var job = specOptions.Load(parsed);
            return job with { Options = job.Options with { KeepsRecords = keepsRecords, RecordFolders = parsed.GetValue(records) ?? [] } };
        }
    }

    private static int Run(
        ToolConsole console,
        Func<SpecJob> load,
        RunOutputs? outputs,
        Func<CompressionSpec, ReceiptRecorder?> record,
        OnnxRuntimeSearch onnxRuntime,
        bool json,
        Verbosity verbosity,
        CancellationToken cancellationToken)
    {
        var (spec, options) = load();
        var recorder = record(spec);

        // Only builds keep receipts.
        if (recorder is not null)
            console.LetBuildReport();
        onnxRuntime.LoadFor(spec, verbosity == Verbosity.Quiet ? _ => { } : console.WriteLog, cancellationToken);
        if (options.Probe && spec.Gate?.Outputs is null)
            options = options with { ProbeHindrance = onnxRuntime.WhyNotAtHand() };
        outputs?.Begin(Compressor.OutputPaths(spec, options));
        var outcomes = RunProgress.Show(console, verbosity, progress => Compressor.Run(spec, options, progress, cancellationToken));
        outputs?.End(outcomes.SelectMany(outcome => outcome.WrittenPaths));
        foreach (var outcome in outcomes.Where(outcome => outcome.IsKept && verbosity != Verbosity.Quiet))
            console.WriteLog($"{outcome.Report.Model.Path}: {outcome.Report.Artifact.Path} is kept, nothing that it depends on has changed");

        if (json)
            console.WriteResult(ReportOutput.Json(outcomes));
        else if (verbosity == Verbosity.Minimal)
            console.WriteResult(ReportOutput.Lines(outcomes));
        else if (verbosity > Verbosity.Minimal)
            ReportOutput.Summary(console.Output, outcomes, verbosity);
        foreach (var diagnostic in outcomes.SelectMany(o => o.Diagnostics))
            console.Write(diagnostic);
        console.WriteStepSummary([.. outcomes.Select(o => o.Report)]);
        if (!outcomes.All(o => o.Accepted))
            return ExitCode.GateFailed;
        recorder?.Write(
            outcomes.SelectMany(o => o.ModelPaths),
            outcomes.SelectMany(o => o.InputPaths),
            outcomes.SelectMany(o => o.ReportPaths.Prepend(o.ArtifactPath)),
            outcomes.SelectMany(o => o.Diagnostics));
        return ExitCode.Done;
    }
}
