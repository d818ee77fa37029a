using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;
using CompressTasks.Tool.Output;

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
        var output = new Option<string?>("--output", "-o") { Description = "Folder for artifacts and reports.", HelpName = "DIR" };
        var r2 = CommonOptions.R2("For a model: the R² that every quantized weight and the gate must reach (default 0.999). For a spec: replaces gate.r2.");
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json("Print the report as JSON: an object for one model, an array for several.");
        var verbosity = CommonOptions.Verbosity();
        var root = new RootCommand("Makes ONNX models small, measures what it cost, and fails below the quality gate.")
        {
            input, output, r2, threads, json, verbosity,
        };
        root.SetCancellableAction((parsed, cancellationToken) => Run(
            console,
            parsed.GetRequiredValue(input),
            parsed.GetValue(output),
            parsed.GetValue(r2),
            parsed.GetThreads(threads),
            parsed.GetValue(json),
            parsed.GetValue(verbosity),
            cancellationToken));
        return root;
    }

    private static int Run(ToolConsole console, string input, string? output, double? r2, int threads, bool json, Verbosity verbosity, CancellationToken cancellationToken)
    {
        if (!File.Exists(input))
            throw new CompressException(ToolDiagnostics.InputNotFound(input));
        var spec = string.Equals(Path.GetExtension(input), ".onnx", StringComparison.OrdinalIgnoreCase)
            ? CompressionSpec.ForModel(input, r2 ?? DefaultR2)
            : CompressionSpec.Load(input).WithGateR2(r2);
        var options = new CompressionOptions { Output = output, Threads = threads };
        var outcomes = RunProgress.Show(console, verbosity, progress => Compressor.Run(spec, options, progress, cancellationToken));

        if (json)
            console.WriteResult(ReportOutput.Json(outcomes));
        else if (verbosity > Verbosity.Quiet)
            ReportOutput.Summary(console.Output, outcomes, verbosity);
        foreach (var diagnostic in outcomes.SelectMany(o => o.Diagnostics))
            console.Write(diagnostic);
        return outcomes.All(o => o.Accepted) ? ExitCode.Done : ExitCode.GateFailed;
    }
}
