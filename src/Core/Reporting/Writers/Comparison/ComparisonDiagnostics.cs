using CompressTasks.Diagnostics;

namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>What can be wrong with the files of a comparison (CT5007 and up), and its verdict.</summary>
internal static class ComparisonDiagnostics
{
    private const int Named = 3;

    public static CompressException NotFound(string path) =>
        Error("CT5007", path,
            $"{(Directory.Exists(path) ? "This is a folder" : "There is no such file")}. Give the path of a report (NAME.report.json) or of an artifact (NAME.onnxz).");

    public static CompressException NotAReport(string path, int line, string found) =>
        Error("CT5008", path,
            $"This is no report of one model: {found}. Give a NAME.report.json as 'dotnet compress' writes it with 'report: [ json ]', or an artifact.", line);

    public static CompressException OtherVersion(string path, int version) =>
        Error("CT5009", path,
            FormattableString.Invariant(
                $"The report has the layout of version {version}; this tool reads version {CompressionReport.CurrentSchemaVersion}. Write the report again with this tool, or compare it with the one that wrote it."));

    public static CompressException NoBaseline(string path, SourceLocation? at) => new(
        new Diagnostic("CT5022", Severity.Error,
            $"There is no baseline \"{path}\". Give the path of a report (NAME.report.json) or of an artifact (NAME.onnxz) of an earlier run, or of a "
                + "folder of them.", at));

    public static CompressException OneBaselineForSeveral(string path, int models, SourceLocation? at) => new(
        new Diagnostic("CT5023", Severity.Error,
            FormattableString.Invariant(
                $"The baseline \"{path}\" is of one model, and {models} are compressed. Give the folder that has the reports or artifacts of all."), at));

    public static Diagnostic Worse(ComparisonReport comparison)
    {
        var figures = comparison.Figures.Where(figure => figure.Verdict == ComparisonVerdict.Worse).Select(figure => figure.Name);
        var gate = comparison.Gate.NewlyFailing.Select(name => $"gate {name}");
        var weights = comparison.Weights.Where(weight => weight.Verdict == ComparisonVerdict.Worse).Select(weight => weight.Path).ToList();
        var named = weights.Count == 0 ? [] : new[]
        {
            FormattableString.Invariant(
                $"{weights.Count} {(weights.Count == 1 ? "weight" : "weights")} ({string.Join(", ", weights.Take(Named))}{(weights.Count > Named ? ", …" : "")})"),
        };
        return new(
            "CT5010",
            Severity.Error,
            $"It is worse than {comparison.Baseline.Path}: {string.Join("; ", [.. figures, .. gate, .. named])}. Mend the spec, or accept it: make its report the new baseline, or allow more with --tolerance (sizes) or --r2-tolerance.",
            new SourceLocation(comparison.Candidate.Path));
    }

    private static CompressException Error(string code, string path, string message, int line = 0) =>
        new(new Diagnostic(code, Severity.Error, message, new SourceLocation(path, line)));
}
