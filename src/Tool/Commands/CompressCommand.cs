using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Tool.Output;
using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress SPEC|MODEL</c>: the main job.</summary>
internal static class CompressCommand
{
    public static RootCommand Create(ToolConsole console)
    {
        var specOptions = new SpecOptions();
        var receipt = new Option<string?>("--receipt")
        {
            Description = "Record the run in a file when the gate holds, and remove the file when it does not: builds use it to skip what is up to date.",
            HelpName = "FILE",
        };
        var json = CommonOptions.Json("Print the report as JSON: an object for one model, an array for several.");
        var verbosity = CommonOptions.Verbosity();
        var root = new RootCommand("Makes ONNX models small, measures what it cost, and fails below the quality gate.");
        specOptions.AddTo(root);
        foreach (var option in (Option[])[receipt, json, verbosity])
            root.Add(option);
        root.SetCancellableAction((parsed, cancellationToken) =>
            Run(console, specOptions, parsed, parsed.GetValue(receipt), parsed.GetValue(json), parsed.GetValue(verbosity), cancellationToken));
        return root;
    }

    private static int Run(ToolConsole console, SpecOptions specOptions, ParseResult parsed, string? receipt, bool json, Verbosity verbosity, CancellationToken cancellationToken)
    {
        var started = DateTime.UtcNow;
        // Only builds keep receipts.
        if (receipt is not null)
            console.LetBuildReport();
        var (spec, options) = specOptions.Load(parsed);
        var recorder = receipt is null
            ? null
            : ReceiptRecorder.Start(receipt, spec.File, spec.Models.Where(m => m.IsGlob).Select(m => m.Pattern), started);
        var outcomes = RunProgress.Show(console, verbosity, progress => Compressor.Run(spec, options, progress, cancellationToken));

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
        recorder?.Write(outcomes.SelectMany(o => o.InputPaths), outcomes.SelectMany(o => o.ReportPaths.Prepend(o.ArtifactPath)));
        return ExitCode.Done;
    }
}
