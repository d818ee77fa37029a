using System.CommandLine;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Study;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress study MODEL</c>: the papers' three tables for any model.</summary>
internal static class StudyCommand
{
    public static Command Create(ToolConsole console)
    {
        var model = new Argument<string>("model") { Description = "A model (.onnx)." };
        var weights = new Option<string>("--weights") { Description = "Which weights, as a glob over their paths.", HelpName = "GLOB", DefaultValueFactory = _ => "**" };
        var components = new Option<int>("--components") { Description = "Gaussians per row.", HelpName = "K", DefaultValueFactory = _ => 8 };
        components.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 256)
                result.AddError("--components must be a number from 1 to 256.");
        });
        var rows = new Option<int?>("--rows") { Description = "Study only the first N rows of each weight.", HelpName = "N" };
        rows.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
                result.AddError("--rows must be a number from 1 up.");
        });
        var pursuit = new Option<bool>("--pursuit-only") { Description = "Fit the Gaussians by matching pursuit alone, without refining them." };
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json("Print the tables as JSON.");
        var command = new Command("study", "Prints the papers' three tables: Gaussians, second stages with R² to parameters and to weights side by side, and the tower.")
        {
            model, weights, components, rows, pursuit, threads, json,
        };
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(model);
            var glob = parsed.GetRequiredValue(weights);
            var tables = ModelStudy.Run(path, glob, parsed.GetValue(components), parsed.GetValue(rows), !parsed.GetValue(pursuit), parsed.GetValue(threads), cancellationToken);
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
