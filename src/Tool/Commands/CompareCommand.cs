using System.CommandLine;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress compare BASELINE CANDIDATE</c>: has a change made the model larger or worse?</summary>
internal static class CompareCommand
{
    public static Command Create(ToolConsole console)
    {
        var baseline = new Argument<string>("baseline") { Description = "The report (NAME.report.json) or artifact (NAME.onnxz) to compare with." };
        var candidate = new Argument<string>("candidate") { Description = "The report or artifact to be judged." };
        var defaults = ComparisonTolerance.Default;
        var tolerance = CommonOptions.Share("--tolerance", "How much larger the artifact may be, as a share of the baseline's size.", defaults.Bytes);
        var r2Tolerance = CommonOptions.Share(
            "--r2-tolerance", "How much more may be lost, as a share of the baseline's 1 − R²; of errors and metrics, of the figure.", defaults.Loss);
        var json = CommonOptions.Json("Print the comparison as JSON.");
        var markdown = new Option<bool>("--markdown") { Description = "Print the comparison as Markdown, for the comment on a pull request." };
        var command = new Command("compare", "Compares two reports or artifacts, and fails with exit code 2 when the second is worse.") { baseline,
            candidate, tolerance, r2Tolerance, json, markdown };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(markdown))
                result.AddError("--json and --markdown cannot both be printed; give one of them.");
        });
        command.SetAction(parsed =>
        {
            var comparison = Comparer.Compare(
                ComparisonReader.Read(parsed.GetRequiredValue(baseline)),
                ComparisonReader.Read(parsed.GetRequiredValue(candidate)),
                new ComparisonTolerance(parsed.GetValue(tolerance), parsed.GetValue(r2Tolerance)));
            if (parsed.GetValue(json))
                console.WriteResult(JsonReport.Write(comparison));
            else if (parsed.GetValue(markdown))
                console.WriteResult(MarkdownComparison.Write(comparison));
            else
                ComparisonOutput.Write(console.Output, comparison);

            if (!comparison.Worse)
                return ExitCode.Done;
            console.Write(ComparisonDiagnostics.Worse(comparison));
            return ExitCode.GateFailed;
        });
        return command;
    }
}
