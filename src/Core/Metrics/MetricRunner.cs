using System.ComponentModel;
using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Spec;

namespace CompressTasks.Metrics;

/// <summary>
/// Measures the metrics of a gate: runs each command once for a model, and once for the original where a threshold compares with it.
/// </summary>
internal sealed class MetricRunner
{
    private readonly IReadOnlyList<MetricSpec> _metrics;
    private readonly string _folder;
    private readonly string _original;
    private readonly Action<string> _announce;
    private readonly CancellationToken _cancellationToken;

    /// <summary>The figures of the original do not change while it is compressed.</summary>
    private readonly Dictionary<MetricCommand, Measurement> _ofOriginal = [];

    private MetricRunner(IReadOnlyList<MetricSpec> metrics, string folder, string original, IReadOnlyList<string> files, Action<string> announce,
        CancellationToken cancellationToken) =>
        (_metrics, _folder, _original, Files, _announce, _cancellationToken) = (metrics, folder, original, files, announce, cancellationToken);

    /// <summary>The files that programs depend on as far as the spec says, as full paths.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Looks for the files that programs depend on, and runs nothing.</summary>
    /// <param name="gate">The gate; null for none.</param>
    /// <param name="folder">What programs run in and paths are relative to, full path.</param>
    /// <param name="original">The original's path.</param>
    /// <param name="announce">Told the names of what is measured next.</param>
    /// <param name="cancellationToken">Ends the programs.</param>
    /// <returns>Null when the gate has no metrics.</returns>
    /// <exception cref="CompressException">CT1531: files are not there.</exception>
    public static MetricRunner? Prepare(GateSpec? gate, string folder, string original, Action<string> announce,
        CancellationToken cancellationToken) =>
        gate is not { Metrics: { Count: > 0 } metrics } ? null
            : new(
                metrics,
                folder,
                Path.GetFullPath(original),
                [.. metrics.SelectMany(metric => metric.Inputs).SelectMany(input => Find(input, folder)).Distinct()],
                announce,
                cancellationToken);

    /// <summary>Measures every metric.</summary>
    /// <param name="model">The path of the restored model.</param>
    /// <returns>In the order of the spec. A metric that cannot be measured has no figure, and the reason.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; no program runs any more.</exception>
    public IReadOnlyList<MeasuredMetric> Measure(string model)
    {
        var runs = new Dictionary<MetricCommand, Measurement>();
        var measured = new List<MeasuredMetric>();
        foreach (var metric in _metrics)
        {
            var restored = Figure(metric, Run(runs, metric, Path.GetFullPath(model)), "the restored model");
            var original = metric.ComparesWithOriginal && restored.Failure is null
                ? Figure(metric, Run(_ofOriginal, metric, _original), "the original") : null;
            measured.Add(new(metric, restored, original));
        }

        return measured;
    }

    private Measurement Run(Dictionary<MetricCommand, Measurement> runs, MetricSpec metric, string model)
    {
        if (runs.TryGetValue(metric.Command, out var known))
            return known;
        var same = _metrics.Where(other => other.Command.Equals(metric.Command)).ToList();
        _announce(string.Join(", ", same.Select(other => other.Name)) + (model == _original ? " of the original" : ""));
        return runs[metric.Command] = Start(metric.Command, same.Max(other => other.Timeout), model);
    }

    private Measurement Start(MetricCommand command, TimeSpan timeout, string model)
    {
        try
        {
            var run = MetricProgram.Run(MetricStart.Of(command, _folder, model, _original), timeout, _cancellationToken);
            return new(run.WithPlaceholders(model, _original), timeout, null);
        }
        catch (Win32Exception e)
        {
            // The message of .NET has the folder in it, which is another on every machine.
            return new(null, timeout, new Win32Exception(e.NativeErrorCode).Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new(null, timeout, e.Message);
        }
    }

    private static MetricFigure Figure(MetricSpec metric, Measurement measurement, string measured)
    {
        var diagnostics = new MetricDiagnostics(metric, measured);
        if (measurement.Run is not { } run)
            return MetricFigure.Unknown(diagnostics.NotStarted(measurement.NotStarted!));
        if (run.ExitCode is not { } exitCode)
            return MetricFigure.Unknown(diagnostics.TimedOut(run, measurement.Timeout));
        if (exitCode != 0)
            return MetricFigure.Unknown(diagnostics.Failed(run, exitCode));
        if (PrintedFigures.Read(run.Output, run.IsCut) is not { } printed)
            return MetricFigure.Unknown(diagnostics.NoNumber(run));
        if (printed.Find(metric.Name) is not { } value)
            return MetricFigure.Unknown(diagnostics.NoKey(run, printed.Names));
        return double.IsFinite(value) ? new(value) : MetricFigure.Unknown(diagnostics.NotFinite(run));
    }

    private static IReadOnlyList<string> Find(MetricInput input, string folder)
    {
        var glob = input.IsGlob ? new FileGlob(input.Pattern, folder) : null;
        var path = Path.GetFullPath(input.Pattern, folder);
        var files = glob is not null ? glob.Match() : File.Exists(path) ? [path] : [];
        return files.Count > 0 ? files
            : throw new CompressException(SpecDiagnostics.MetricInputNotFound(input.Pattern, glob?.Root ?? path, input.At));
    }

    /// <summary>A run, or why there was none.</summary>
    private sealed record Measurement(ProgramRun? Run, TimeSpan Timeout, string? NotStarted);
}
