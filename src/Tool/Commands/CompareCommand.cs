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
        var baseline = new Argument<string>("baseline")
        {
            Description = "The report (NAME.report.json), artifact (NAME.onnxz) or runnable model (NAME.onnx) to compare with, or a folder of them.",
        };
        var candidate = new Argument<string>("candidate")
        {
            Description = "The report, artifact or runnable model to be judged, or a folder of them, paired by their names.",
        };
        var defaults = ComparisonTolerance.Default;
        var tolerance = CommonOptions.Share("--tolerance", "How much larger the artifact may be, as a share of the baseline's size.", defaults.Bytes);
        var r2Tolerance = CommonOptions.Share(
            "--r2-tolerance", "How much more may be lost, as a share of the baseline's 1 − R²; of errors and metrics, of the figure.", defaults.Loss);
        var json = CommonOptions.Json("Print the comparison as JSON.");
        var markdown = new Option<bool>("--markdown") { Description = "Print the comparison as Markdown, for the comment on a pull request." };
        var command = new Command("compare", "Compares two reports, artifacts or runnable models, and fails with exit code 2 when the second is worse.")
        {
            baseline, candidate, tolerance, r2Tolerance, json, markdown,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(markdown))
                result.AddError("--json and --markdown cannot both be printed; give one of them.");
        });
        command.SetAction(parsed =>
        {
            var (old, now) = (parsed.GetRequiredValue(baseline), parsed.GetRequiredValue(candidate));
            var pairs = ComparedFolders.Pair(old, now);
            var limits = new ComparisonTolerance(parsed.GetValue(tolerance) ?? defaults.Bytes, parsed.GetValue(r2Tolerance) ?? defaults.Loss);
            var comparisons = pairs.Both
                .Select(pair => Comparer.Compare(ComparisonReader.Read(pair.Baseline), ComparisonReader.Read(pair.Candidate), limits)).ToList();
            if (parsed.GetValue(json))
                console.WriteResult(pairs.AreFolders
                    ? $"[\n{string.Join(",\n", comparisons.Select(comparison => JsonReport.Write(comparison).TrimEnd()))}\n]\n"
                    : JsonReport.Write(comparisons[0]));
            else if (parsed.GetValue(markdown))
                console.WriteResult(string.Join('\n', comparisons.Select(MarkdownComparison.Write)));
            else
                comparisons.ForEach(comparison => ComparisonOutput.Write(console.Output, comparison));

            if (pairs.OnlyCandidate.Count > 0)
                console.WriteLog($"New, and compared with nothing: {string.Join(", ", pairs.OnlyCandidate)}");
            var worse = comparisons.Where(comparison => comparison.Worse).Select(ComparisonDiagnostics.Worse).ToList();
            if (pairs.OnlyBaseline.Count > 0)
                worse.Add(ToolDiagnostics.OnlyInBaseline(now, pairs.OnlyBaseline));
            worse.ForEach(console.Write);
            return worse.Count == 0 ? ExitCode.Done : ExitCode.GateFailed;
        });
        return command;
    }
}
