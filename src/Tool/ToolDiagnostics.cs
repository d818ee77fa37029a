using CompressTasks.Diagnostics;
using CompressTasks.Reporting;

namespace CompressTasks.Tool;

/// <summary>What can be wrong before the library is asked (CT5xxx).</summary>
internal static class ToolDiagnostics
{
    public static Diagnostic InvalidCommandLine(string message) =>
        new("CT5001", Severity.Error, message);

    public static Diagnostic InputOutput(string message, string? path = null) =>
        new("CT5002", Severity.Error, message, path is null ? null : new SourceLocation(path));

    public static Diagnostic OutOfMemory() =>
        new("CT5030", Severity.Error, "There is not enough memory. Give the process more, or compress with fewer threads (--threads 1).");

    public static Diagnostic Unexpected(Exception error) =>
        new("CT5031", Severity.Error,
            $"This is an error of CompressTasks ({error.GetType().Name}: {error.Message.TrimEnd('.')}). Please report it with the lines below, and with "
                + "the file that led to it if you may. What was there before is there still.");

    public static Diagnostic FileExists(string path) =>
        new("CT5003", Severity.Error, $"{path} exists already. Choose another name with --output, or add --force to overwrite it.",
            new SourceLocation(path));

    public static Diagnostic NoWeightToStudy(string glob, string model) =>
        new("CT5004", Severity.Error,
            $"No floating-point weight with at least two dimensions matches '{glob}'. Run 'dotnet compress inspect' on the model to see its weights.", new SourceLocation(model));

    public static Diagnostic NoSpecOrModel(string path, string? command) =>
        new("CT5005", Severity.Error,
            $"{(Directory.Exists(path) ? "In this folder is no model" : path.Contains('*', StringComparison.Ordinal) ? "No model (.onnx) matches this glob" : File.Exists(path) ? "This is an artifact, compressed already" : "There is no such file")}. {(command is null ? "Give the path of a spec (.yml), or of a model (.onnx)." : $"Give the path of a spec (.yml), or of a model (.onnx), or did you mean the command '{command}'?")}", new SourceLocation(path));

    public static Diagnostic NoInput(string spec, string? model) =>
        new("CT5016", Severity.Error,
            $"There is no {spec} in this folder. Give the path of a spec or of a model, or write a spec with 'dotnet compress init {model ?? "MODEL"}'.");

    public static Diagnostic SameArtifact(string first, string second) =>
        new("CT5017", Severity.Error,
            $"In the folder of --output it would write the same artifact as {first}. Compress them into folders of their own, or without --output beside themselves.", new SourceLocation(second));

    public static Diagnostic QualityWithoutModel(string option) =>
        new("CT5018", Severity.Error, $"{option} is about what was lost, which takes the model that the artifact was made from; name it with --against");

    public static Diagnostic ModelWithoutOriginal(string path) =>
        new("CT5018", Severity.Error,
            "a model has no checksums by which it could be known to be whole, as an artifact has; name the model that it was made from with "
                + "--against, or look at what it stores with 'dotnet compress inspect'", new(path));

    public static Diagnostic FolderBesideFile(string folder, string file) =>
        new("CT5019", Severity.Error, $"A folder can only be compared with a folder, and {file} is none. Give two reports or artifacts, or two folders of them.",
            new SourceLocation(folder));

    public static Diagnostic NothingToCompare(string folder) =>
        new("CT5020", Severity.Error, "In this folder is neither a report (NAME.report.json) nor an artifact (NAME.onnxz).", new SourceLocation(folder));

    public static Diagnostic OnlyInBaseline(string folder, IReadOnlyList<string> names) =>
        new("CT5021", Severity.Error,
            $"The baseline's folder has files that this one lacks: {string.Join(", ", names)}. Compress their models again, or remove the files from the baseline.", new SourceLocation(folder));

    public static Diagnostic NoModel(string path) =>
        new("CT5005", Severity.Error,
            $"{(Directory.Exists(path) ? "This is a folder" : "There is no such model")}. Give --model the path of a model (.onnx), relative to the "
                + "current folder.",
            new SourceLocation(path));

    public static CompressException NoOnnxRuntimeAt(string path, string reason) => new(
        new Diagnostic("CT5011", Severity.Error,
            $"This is no ONNX Runtime that can be used: {reason}. Name a native library that was built for this system, or the folder that holds it.", new SourceLocation(path)));

    public static Diagnostic StepSummaryFull(string path, int omitted, int all) =>
        new("CT5051", Severity.Warning,
            FormattableString.Invariant(
                $"{omitted} of {all} reports had no room in the step summary, which may have 1 MiB. Compress fewer models in one step, or read the reports beside the artifacts."), new SourceLocation(path));

    public static Diagnostic StepSummaryNotWritten(string path, string reason) =>
        new("CT5052", Severity.Warning,
            $"The step summary that GITHUB_STEP_SUMMARY names cannot be written: {reason} Unset the variable, or make it the path of a file that can be written.", new SourceLocation(path));

    public static Diagnostic SamplesWithoutModel(string option, bool isModel) =>
        new("CT5012", Severity.Error,
            isModel ? $"{option} goes with --samples; name the samples that the outputs are judged by" : $"{option} is for a model without a spec; say it in the spec's gate.outputs");

    public static Diagnostic WeightsBesideSamples(string option) =>
        new("CT5012", Severity.Error,
            $"with --samples weights are as coarse as the outputs allow, so {option} cannot be held beside it; say --output-r2, or write a spec with both");

    public static Diagnostic SpecBesideThresholds(string option) =>
        new("CT5015", Severity.Error, $"--spec brings the gate of a spec, so {option} cannot be said beside it; say it in the spec, or leave --spec out");

    public static Diagnostic OutputsBelow(string artifact, string output, double r2, double asked) =>
        new("CT5013", Severity.Error,
            $"R² of the output {output} is {FigureText.Number(r2)} on the samples, and --output-r2 asks for {FigureText.Number(asked)}. Compress again with a higher target, or with for: outputs.", new SourceLocation(artifact));

    public static Diagnostic OutputsWithoutR2(string artifact) =>
        new("CT5013", Severity.Error,
            "No output has an R² on the samples, which --output-r2 asks for: outputs of whole numbers and empty ones have none. Use --spec with a gate that asks for top1, or other samples.", new SourceLocation(artifact));

    public static Diagnostic BelowQuality(string artifact, double r2, double asked, string? worst) =>
        new("CT5006", Severity.Error,
            $"R² {FigureText.Number(r2)} is below the {FigureText.Number(asked)} that --r2 asks for{(worst is null ? "" : $" (worst weight: {worst})")}. Compress again with a higher target.", new SourceLocation(artifact));
}
