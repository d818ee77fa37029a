using CompressTasks.Calibration;
using CompressTasks.Compression.Search;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Runnable;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>A runnable model in a folder of its own.</summary>
/// <param name="Rewriting">What was done.</param>
/// <param name="Path">The model.</param>
/// <param name="Made">Names of tensors that the original has not.</param>
internal sealed record WrittenModel(Rewriting Rewriting, string Path, IReadOnlySet<string> Made)
{
    /// <summary>The weights that were rounded against the inputs of their layers, by path.</summary>
    public IReadOnlySet<string> FedBack { get; init; } = new HashSet<string>();

    public void Delete() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}

/// <summary>
/// Writes runnable forms of a model. What layers meet is measured once. How ranges of activations are chosen, and whether weights are rounded against
/// the inputs of their layers, is decided by the outputs of the first model that has a choice.
/// </summary>
/// <param name="opened">The original.</param>
/// <param name="graph">Its graph.</param>
/// <param name="folder">Where models go.</param>
/// <param name="runner">Runs models on the samples of the calibration; null where nothing needs to be right but the size.</param>
/// <param name="calibrated">The weights whose layers' inputs are measured.</param>
/// <param name="threads">At least 1.</param>
/// <param name="progress">Makes the meter of a phase, given its total.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class RunnableWriter(OpenedModel opened, GraphIndex graph, string folder, OutputGateRunner? runner,
    IReadOnlyList<OnnxWeight> calibrated, int threads, Func<CompressionPhase, long, ProgressMeter> progress, CancellationToken cancellationToken)
    : IDisposable
{
    private const int Whole = 1000;

    private readonly WeightRounding _nearest = new(opened.Model, CollectedMoments.None.Weights);
    private readonly CouplingFile _couplings = new();

    /// <summary>By value, the ranges that the ways to choose one give.</summary>
    private readonly Dictionary<string, IReadOnlyList<ActivationRange>> _ranges = new(StringComparer.Ordinal);
    private int? _way;
    private WeightRounding? _feedback;
    private WeightRounding? _rounding;
    private int _written;

    /// <summary>When measuring the inputs of layers has to come to an end.</summary>
    public Deadline Deadline { get; set; } = new(maxTime: null);

    /// <summary>Writes a model.</summary>
    /// <exception cref="Diagnostics.CompressException">CT15xx: samples cannot be read or run.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public WrittenModel Write(Rewriting rewriting)
    {
        if (runner is null)
            return Write(rewriting, _nearest, way: null);
        if (new GraphRewriter(opened.Model, graph, rewriting, _nearest).Region is { } region)
            MeasureRanges(region.Measured, runner);
        else if (_rounding is not null || calibrated.Count == 0)
            return Write(rewriting, _rounding ?? _nearest, way: null);
        else
            return Best([(null, Feedback(runner)), (null, _nearest)], rewriting, runner);

        if (_way is { } way)
            return Write(rewriting, _rounding ?? _nearest, way);
        var rounding = _rounding ?? (calibrated.Count == 0 ? _nearest : Feedback(runner));
        var best = Best([.. Enumerable.Range(0, RangeCollector.Ways).Select(way => ((int?)way, rounding))], rewriting, runner);
        if (_rounding is null && calibrated.Count > 0)
        {
            best.Delete();
            best = Best([(_way, rounding), (_way, _nearest)], rewriting, runner);
        }

        return best;
    }

    public void Dispose() => _couplings.Dispose();

    /// <summary>The one whose outputs are closest to the original's on the calibration samples, which decides for all others.</summary>
    private WrittenModel Best(IReadOnlyList<(int? Way, WeightRounding Rounding)> choices, Rewriting rewriting, OutputGateRunner on)
    {
        using var original = on.OpenOriginal();
        var reference = ReferenceRuns.Of(original, on.Calibration, cancellationToken);
        var best = (Model: (WrittenModel?)null, Figure: double.NegativeInfinity);
        foreach (var (way, rounding) in choices)
        {
            var model = Write(rewriting, rounding, way);
            var pooled = on.Compare(reference, model.Path, threads, cancellationToken).Pooled;
            var figure = pooled.R2 ?? pooled.Equal ?? double.NaN;
            if (best.Model is not null && !(figure > best.Figure))
            {
                model.Delete();
                continue;
            }

            best.Model?.Delete();
            best = (model, double.IsNaN(figure) ? double.NegativeInfinity : figure);
            _way = way ?? _way;
            if (choices.Any(choice => choice.Rounding != rounding))
                _rounding = rounding;
        }

        return best.Model!;
    }

    private WrittenModel Write(Rewriting rewriting, WeightRounding rounding, int? way)
    {
        var path = NewPath();
        var made = new GraphRewriter(opened.Model, graph, rewriting, rounding).Write(path, value => way is { } known ? _ranges[value][known] : default);
        return new(rewriting, path, made)
        {
            FedBack = rewriting.Weights.Where(rounding.IsFedBack).Select(weight => weight.Weight.Path).ToHashSet(StringComparer.Ordinal),
        };
    }

    private void MeasureRanges(IReadOnlyList<string> values, OutputGateRunner on)
    {
        List<string> unknown = [.. values.Where(value => !_ranges.ContainsKey(value))];
        if (unknown.Count == 0)
            return;
        OnCopy(copy =>
        {
            var observed = new ObservedModel(new ModelProto { Graph = graph.Graph }, copy, () => on.OpenCopy(copy).Model);
            var ways = new RangeCollector(observed, on.Calibration, cancellationToken).Collect(unknown);
            foreach (var value in unknown)
                _ranges[value] = [.. ways.Select(ranges => ranges[value])];
        });
    }

    /// <summary>Rounds against the second moments of the inputs of layers.</summary>
    private WeightRounding Feedback(OutputGateRunner on)
    {
        if (_feedback is not null)
            return _feedback;
        var meter = progress(CompressionPhase.Calibrating, Whole);
        meter.Begin();
        OnCopy(copy =>
        {
            var paths = new ModelPaths(new ObservedModel(new ModelProto { Graph = graph.Graph }, copy, () => on.OpenExtended(copy)));
            var defaults = new OutputTargetSpec(Calibration: null, MaxTime: null);
            var limits = new MomentLimits(defaults.CalibrationMemory, defaults.CalibrationBlock, defaults.CalibrationPatches, threads);
            _feedback = new(opened.Model, new MomentCollector(paths, limits, _couplings, cancellationToken)
                .Collect(paths.Uses(calibrated.Select(weight => (weight.Path, weight.Shape))), on.Calibration, () => Deadline.HasPassed,
                    done => meter.Set((long)(Whole * done))).Weights);
        });
        meter.End();
        return _feedback!;
    }

    /// <summary>Does something with a copy of the original, to which outputs can be added.</summary>
    private void OnCopy(Action<string> use)
    {
        var copy = NewPath();
        RewrittenModel.Write(opened.Model, new GraphEdits(graph, _ => throw new InvalidOperationException("A copy changes no node.")),
            new HashSet<string>(), copy);
        use(copy);
        Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
    }

    /// <summary>Under the name that it will have: external data is found by it.</summary>
    private string NewPath() => Path.Combine(
        Directory.CreateDirectory(Path.Combine(folder, FormattableString.Invariant($"{_written++}"))).FullName,
        Path.ChangeExtension(Path.GetFileName(opened.ArtifactPath), ArtifactName.ModelExtension));
}
