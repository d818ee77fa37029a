using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;
using CompressTasks.Tool.Output;
using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress SPEC|MODEL</c>: the main job.</summary>
internal static class CompressCommand
{
    private const double DefaultR2 = 0.999;

    public static RootCommand Create(ToolConsole console)
    {
        var input = new Argument<string>("spec|model")
        {
            Description = "A spec (.yml), or a model (.onnx) whose weights are quantized to --r2.",
        };
        var output = CommonOptions.OutputPath("DIR", "Folder for artifacts and reports.");
        var r2 = CommonOptions.R2("For a model: the R² that every quantized weight and the gate must reach (default 0.999). For a spec: replaces gate.r2.");
        var threads = CommonOptions.Threads();
        var receipt = new Option<string?>("--receipt")
        {
            Description = "Record the run in a file when the gate holds, and remove the file when it does not: builds use it to skip what is up to date.",
            HelpName = "FILE",
        };
        var json = CommonOptions.Json("Print the report as JSON: an object for one model, an array for several.");
        var verbosity = CommonOptions.Verbosity();
        var root = new RootCommand("Makes ONNX models small, measures what it cost, and fails below the quality gate.")
        {
            input, output, r2, threads, receipt, json, verbosity,
        };
        root.SetCancellableAction((parsed, cancellationToken) => Run(
            console,
            parsed.GetRequiredValue(input),
            parsed.GetValue(output),
            parsed.GetValue(r2),
            parsed.GetThreads(threads),
            parsed.GetValue(receipt),
            parsed.GetValue(json),
            parsed.GetValue(verbosity),
            cancellationToken));
        return root;
    }

    private static int Run(ToolConsole console, string input, string? output, double? r2, int threads, string? receipt, bool json, Verbosity verbosity, CancellationToken cancellationToken)
    {
        var started = DateTime.UtcNow;
        if (!File.Exists(input) || HasExtension(input, ".onnxz"))
            throw new CompressException(ToolDiagnostics.NoSpecOrModel(input));
        var spec = HasExtension(input, ".onnx")
            ? CompressionSpec.ForModel(input, r2 ?? DefaultR2)
            : CompressionSpec.Load(input).WithGateR2(r2);
        var recorder = receipt is null
            ? null
            : ReceiptRecorder.Start(receipt, spec.File, spec.Models.Where(m => m.IsGlob).Select(m => m.Pattern), started);
        var options = new CompressionOptions { Output = output, Threads = threads };
        var outcomes = RunProgress.Show(console, verbosity, progress => Compressor.Run(spec, options, progress, cancellationToken));

        if (json)
            console.WriteResult(ReportOutput.Json(outcomes));
        else if (verbosity == Verbosity.Minimal)
            console.WriteResult(ReportOutput.Lines(outcomes));
        else if (verbosity > Verbosity.Minimal)
            ReportOutput.Summary(console.Output, outcomes, verbosity);
        foreach (var diagnostic in outcomes.SelectMany(o => o.Diagnostics))
            console.Write(diagnostic);
        if (!outcomes.All(o => o.Accepted))
            return ExitCode.GateFailed;
        recorder?.Write(outcomes.SelectMany(o => o.InputPaths), outcomes.SelectMany(o => o.ReportPaths.Prepend(o.ArtifactPath)));
        return ExitCode.Done;
    }

    private static bool HasExtension(string path, string extension) => string.Equals(Path.GetExtension(path), extension, StringComparison.OrdinalIgnoreCase);
}
