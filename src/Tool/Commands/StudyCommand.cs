using System.CommandLine;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting.Writers;
using CompressTasks.Stages.Gaussian;
using CompressTasks.Study;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress study MODEL</c>: the papers' three tables for any model.</summary>
internal static class StudyCommand
{
    private const int DefaultComponents = 8;

    public static Command Create(ToolConsole console)
    {
        var model = new Argument<string>("model") { Description = "A model (.onnx)." };
        var weights = new Option<string>("--weights")
        {
            Description = "Which weights, as a glob over their paths.",
            HelpName = "GLOB",
            DefaultValueFactory = _ => "**"
        };
        var components = CommonOptions.WholeNumber("--components", GaussianOptions.MaxComponents,
            $"Gaussians per row (default: {DefaultComponents}, as in the papers).");
        var rows = CommonOptions.WholeNumber("--rows", int.MaxValue, "Study only the first N rows of each weight (default: all).");
        var pursuit = new Option<bool>("--pursuit-only") { Description = "Fit the Gaussians by matching pursuit alone, without refining them." };
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json("Print the tables as JSON.");
        var command = new Command("study",
            "Prints the papers' three tables: Gaussians, second stages with R² to parameters and to weights side by side, and the tower.")
        {
            model, weights, components, rows, pursuit, threads, json,
        };
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(model);
            var glob = parsed.GetRequiredValue(weights);
            var tables = ModelStudy.Run(path, glob, parsed.GetValue(components) ?? DefaultComponents, parsed.GetValue(rows),
                !parsed.GetValue(pursuit), parsed.GetThreads(threads), cancellationToken);
            if (tables.Gaussian.Count == 0)
                throw new CompressException(ToolDiagnostics.NoWeightToStudy(glob, path));
            if (parsed.GetValue(json))
                console.WriteResult(JsonReport.Write(tables));
            else
                StudyOutput.Write(console.Output, tables);
            return ExitCode.Done;
        });
        return command;
    }
}
