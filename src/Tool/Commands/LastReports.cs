using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Spec;

namespace CompressTasks.Tool.Commands;

/// <summary>
/// The reports that a run finds where it will write its own: what it says of them on the console is in none of its files, which are the same
/// whatever was there before.
/// </summary>
internal sealed class LastReports
{
    private readonly Dictionary<string, ComparisonSide> _sides = new(StringComparer.Ordinal);

    /// <summary>Reads those that can be read, before they are removed or replaced.</summary>
    public void Read(IEnumerable<string> paths)
    {
        foreach (var path in paths.Where(path => path.EndsWith(".report.json", StringComparison.Ordinal)).Select(Path.GetFullPath)
            .Where(path => File.Exists(path) && !_sides.ContainsKey(path)))
        {
            try
            {
                _sides.Add(path, ComparisonReader.Read(path));
            }
            catch (Exception error) when (error is CompressException or IOException or UnauthorizedAccessException)
            {
                // Another version's, or no report at all: then nothing is known of the last run.
            }
        }
    }

    /// <summary>What has changed, in one line: against the baseline, or where there is none against the last run. Null for nothing.</summary>
    public string? Change(CompressionOutcome outcome)
    {
        if (outcome.Change is { } change)
            return change.Comparison is { } known ? ComparisonText.Line(known, change.Baseline) : null;
        if (!_sides.TryGetValue(Path.GetFullPath(ReportFiles.PathOf(ReportFormat.Json, outcome.ArtifactPath)), out var last))
            return null;
        var now = ComparisonSide.OfReport(outcome.Report.Model.Path, outcome.Report);
        return ComparisonText.Line(Comparer.Compare(last, now, ComparisonTolerance.Default),
            last.ModelSha256 == now.ModelSha256 ? "the last run" : "the last run (of another model)");
    }
}
