using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Spec;

namespace CompressTasks.Tool.Commands;

/// <summary>What becomes of the models of a command line, one input after the other, and the overview of them where there are several.</summary>
/// <param name="inputs">How many specs and models the command line names.</param>
/// <param name="output">The folder of <c>--output</c>; null for each spec's own.</param>
internal sealed class RunModels(int inputs, string? output)
{
    private readonly List<CompressionOutcome> _outcomes = [];
    private readonly List<OverviewEntry> _entries = [];
    private readonly List<SpecJob> _jobs = [];

    public IReadOnlyList<CompressionOutcome> Outcomes => _outcomes;

    /// <summary>What the last run has left.</summary>
    public LastReports Last { get; } = new();

    /// <summary>Null where there is one model only, or none was made.</summary>
    public RunOverview? Overview => _entries.Count > 1 && _outcomes.Count > 0 ? new(_entries) : null;

    /// <summary>Where the overview was written.</summary>
    public IReadOnlyList<string> OverviewPaths { get; private set; } = [];

    public void Begin(SpecJob job) => _jobs.Add(job);

    public void Add(CompressionOutcome outcome)
    {
        _outcomes.Add(outcome);
        _entries.Add(new(Name(_jobs[^1].Spec, outcome.Report.Model.Path), outcome.Report, outcome.ReportPaths, outcome.Report.Diagnostics));
    }

    /// <summary>An input has ended with an error: the next of its models, and those behind it were not reached.</summary>
    /// <param name="input">As it is named on the command line.</param>
    /// <param name="job">Null when it could not be loaded.</param>
    /// <param name="made">How many of its models were made before.</param>
    /// <param name="error">What is wrong.</param>
    public void Fail(string input, SpecJob? job, int made, CompressException error)
    {
        var tree = SourceTree.Around(job?.Spec.Folder ?? Path.GetDirectoryName(Path.GetFullPath(input))!);
        IReadOnlyList<DiagnosticSummary> found = [.. error.Diagnostics.Select(diagnostic => DiagnosticSummary.Of(diagnostic, tree))];

        // Without a model that was made, the error may be about all of them.
        var names = made == 0 ? [Shown(input)]
            : job!.Spec.FindModels().Skip(made).Select(file => Name(job.Spec, Path.GetRelativePath(job.Spec.Folder, file.Path)));
        _entries.AddRange(names.Select((name, index) => new OverviewEntry(name, Report: null, [], index == 0 ? found : [])));
    }

    /// <summary>Writes the overview, in those formats that any of the specs asks for, into the folder that all artifacts are in or below.</summary>
    /// <exception cref="CompressException">CT3015: it cannot be written.</exception>
    public void WriteOverview(CancellationToken cancellationToken)
    {
        var folders = output is not null ? [Path.GetFullPath(output)] : _jobs.Select(job => job.Options.OutputFolder(job.Spec)).ToList();
        if (Overview is { } overview && CommonFolder.Of(folders) is { } folder)
            OverviewPaths = OverviewFiles.Write(overview, folder, [.. _jobs.SelectMany(job => job.Spec.Reports).Distinct()], cancellationToken);
    }

    /// <summary>A spec knows its models by their paths from its folder. Among several, these would be ambiguous.</summary>
    private string Name(CompressionSpec spec, string path) => inputs == 1 ? path.Replace('\\', '/') : Shown(Path.Combine(spec.Folder, path));

    private static string Shown(string path) => Path.GetRelativePath(".", path).Replace('\\', '/');
}
