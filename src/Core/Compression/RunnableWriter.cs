using CompressTasks.Calibration;
using CompressTasks.Compression.Search;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Reporting;
using CompressTasks.Runnable;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>A runnable model in a folder of its own.</summary>
/// <param name="Rewriting">What was done.</param>
/// <param name="Path">The model.</param>
/// <param name="Made">Names of tensors that the original has not.</param>
internal sealed record WrittenModel(Rewriting Rewriting, string Path, IReadOnlySet<string> Made)
{
    /// <summary>As reports say how weights were rounded, by path.</summary>
    public required IReadOnlyDictionary<string, string> Rounding { get; init; }

    public void Delete() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}

/// <summary>
/// Writes runnable forms of a model. What layers meet is measured once. How ranges of activations are chosen, and whether weights are rounded against
/// the inputs of their layers and channels equalized, is decided by the outputs of the usual one, when something is to be measured.
/// </summary>
/// <param name="opened">The original.</param>
/// <param name="graph">Its graph.</param>
/// <param name="usual">As the rules say.</param>
/// <param name="folder">Where models go.</param>
/// <param name="runner">Runs models on the samples of the calibration; null where nothing needs to be right but the size.</param>
/// <param name="calibrated">The weights whose layers' inputs are measured.</param>
/// <param name="threads">At least 1.</param>
/// <param name="progress">Makes the meter of a phase, given its total.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class RunnableWriter(OpenedModel opened, GraphIndex graph, Rewriting usual, string folder, OutputGateRunner? runner,
    IReadOnlyList<OnnxWeight> calibrated, int threads, Func<CompressionPhase, long, ProgressMeter> progress, CancellationToken cancellationToken)
    : IDisposable
{
    private const int Whole = 1000;

    /// <summary>What error feedback leaves, about, of the squared error of weights that are rounded to the nearest.</summary>
    private const double LeftByFeedback = 0.3;

    private readonly WeightRounding _nearest = new(opened.Model, CollectedMoments.None.Weights, Equalization.None);
    private readonly CouplingFile _couplings = new();

    /// <summary>By value, the ranges that the ways to choose one give.</summary>
    private readonly Dictionary<string, IReadOnlyList<ActivationRange>> _ranges = new(StringComparer.Ordinal);

    private Choice? _choice;
    private (double? Nearest, double? Best)? _judged;
    private int _written;

    /// <summary>When measuring the inputs of layers has to come to an end.</summary>
    public Deadline Deadline { get; set; } = new(maxTime: null);

    /// <summary>What samples had to do with the rounding of weights; null when none were to.</summary>
    public RoundingSummary? Rounding => runner is null || !HasRounded ? null
        : new(runner.Calibration.Summary, runner.SharedWithGate, _judged?.Nearest, _judged?.Best);

    private bool HasRounded => usual.Weights.Any(weight => weight.Stored.Store is WeightStore.Matrix && calibrated.Contains(weight.Weight));

    /// <summary>Writes a model.</summary>
    /// <exception cref="Diagnostics.CompressException">CT15xx: samples cannot be read or run.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public WrittenModel Write(Rewriting rewriting)
    {
        if (runner is null)
            return Write(rewriting, new(null, _nearest));
        if (_choice is null && rewriting == usual)
            return Choose(runner);
        Prepare();
        MeasureRanges(rewriting, runner);
        return Write(rewriting, _choice!);
    }

    /// <summary>Measures what layers meet, and chooses what all models will have, unless that is done.</summary>
    /// <exception cref="Diagnostics.CompressException">CT15xx: samples cannot be read or run.</exception>
    public void Prepare()
    {
        if (_choice is null && runner is not null)
            Choose(runner).Delete();
    }

    public void Dispose() => _couplings.Dispose();

    /// <summary>
    /// The usual model as its outputs are closest to the original's, on samples that weights have not been rounded against; what it has, all others
    /// will have.
    /// </summary>
    private WrittenModel Choose(OutputGateRunner on)
    {
        using var original = on.OpenOriginal();
        var samples = new CheckedSamples(on.Calibration, on.CalibrationAt);
        var isRounding = HasRounded && samples.Summary.Count >= PartOfSamples.Fewest;
        RequireNumbers(original, samples, on.CalibrationAt);
        var reference = ReferenceRuns.Of(original, isRounding ? new PartOfSamples(samples, isFourth: true) : samples, cancellationToken);
        var hasRanges = MeasureRanges(usual, on);
        var best = Try(new(hasRanges ? 0 : null, _nearest));
        var nearest = best.R2;
        if (isRounding)
        {
            var others = new PartOfSamples(samples, isFourth: false);
            var moments = Moments(on, others);
            Compare(best.Choice with { Rounding = new(opened.Model, moments, Equalization.None) });
            var activations = Equalization.Activations(usual, graph);
            if (activations.Count > 0)
            {
                var channels = Channels(activations.Values, on, others);
                Compare(best.Choice with { Rounding = Equalized(moments, LeftByFeedback) });
                Compare(best.Choice with { Rounding = Equalized(CollectedMoments.None.Weights, 1) });

                WeightRounding Equalized(IReadOnlyDictionary<string, CalibratedWeight> known, double left) =>
                    new(opened.Model, known, Equalization.Of(opened.Model, activations, channels, left));
            }
        }

        for (var way = 1; hasRanges && way < RangeCollector.Ways; way++)
            Compare(best.Choice with { Way = way });
        _choice = best.Choice;
        if (isRounding)
            _judged = (nearest, best.R2);
        return best.Model;

        Trial Try(Choice choice)
        {
            var model = Write(usual, choice);
            var outputs = on.Compare(reference, model.Path, threads, cancellationToken).Outputs;
            return new(choice, model, Worst(outputs.Select(output => output.R2 ?? output.Equal)) ?? double.NaN, Worst(outputs.Select(output => output.R2)));
        }

        // A large output cannot hide a ruined small one; NaN is less than any number.
        double? Worst(IEnumerable<double?> figures) => figures.Min();

        void Compare(Choice choice)
        {
            var trial = Try(choice);
            var isBetter = trial.Figure > best.Figure || (double.IsNaN(best.Figure) && !double.IsNaN(trial.Figure));
            (isBetter ? best : trial).Model.Delete();
            best = isBetter ? trial : best;
        }
    }

    /// <summary>One sample of which the original makes NaN would make all that is measured one.</summary>
    private void RequireNumbers(OutputRunner original, CheckedSamples samples, SourceLocation at)
    {
        foreach (var (index, sequence) in samples.Read(() => 1).Index())
        {
            var named = sequence with { File = sequence.File ?? samples.Summary.Path };
            CheckedSamples.RequireNumbers(named, original.Run(sequence, cancellationToken), index + 1, at, opened.Model);
        }
    }

    private WrittenModel Write(Rewriting rewriting, Choice choice)
    {
        var path = NewPath();
        var made = new GraphRewriter(opened.Model, graph, rewriting, choice.Rounding)
            .Write(path, value => choice.Way is { } known ? _ranges[value][known] : default);
        return new(rewriting, path, made)
        {
            Rounding = rewriting.Weights.ToDictionary(weight => weight.Weight.Path, choice.Rounding.Description, StringComparer.Ordinal),
        };
    }

    /// <returns>Whether the model has any.</returns>
    private bool MeasureRanges(Rewriting rewriting, OutputGateRunner on)
    {
        if (new GraphRewriter(opened.Model, graph, rewriting, _nearest).Region is not { } region)
            return false;
        List<string> unknown = [.. region.Measured.Where(value => !_ranges.ContainsKey(value))];
        if (unknown.Count == 0)
            return true;
        OnCopy(on, new CheckedSamples(on.Calibration, on.CalibrationAt), runs =>
        {
            var ways = new RangeCollector(runs).Collect(unknown);
            foreach (var value in unknown)
                _ranges[value] = [.. ways.Select(ranges => ranges[value])];
        });
        return true;
    }

    private IReadOnlyDictionary<string, ActivationChannels> Channels(IEnumerable<string> activations, OutputGateRunner on, ISampleSource samples)
    {
        IReadOnlyDictionary<string, ActivationChannels> channels = new Dictionary<string, ActivationChannels>();
        OnCopy(on, samples, runs => channels = runs.Channels([.. activations.Distinct(StringComparer.Ordinal)]));
        return channels;
    }

    /// <summary>The second moments of the inputs of layers.</summary>
    private IReadOnlyDictionary<string, CalibratedWeight> Moments(OutputGateRunner on, ISampleSource samples)
    {
        var meter = progress(CompressionPhase.Calibrating, Whole);
        meter.Deadline = Deadline;
        meter.Begin();
        var moments = CollectedMoments.None.Weights;
        OnCopy(copy =>
        {
            var paths = new ModelPaths(Observed(copy, () => on.OpenExtended(copy)));
            var defaults = new OutputTargetSpec(Calibration: null, MaxTime: null);
            var limits = new MomentLimits(defaults.CalibrationMemory, defaults.CalibrationBlock, defaults.CalibrationPatches, threads);
            moments = new MomentCollector(paths, limits, _couplings, cancellationToken)
                .Collect(paths.Uses(calibrated.Select(weight => (weight.Path, weight.Shape))), samples, () => Deadline.HasPassed,
                    done => meter.Set((long)(Whole * done))).Weights;
        });
        meter.End();
        return moments;
    }

    private ObservedModel Observed(string copy, Func<ModelRunner> open) => new(new ModelProto { Graph = graph.Graph }, copy, open);

    private void OnCopy(OutputGateRunner on, ISampleSource samples, Action<ActivationRuns> use) =>
        OnCopy(copy => use(new(Observed(copy, () => on.OpenCopy(copy).Model), samples, cancellationToken)));

    /// <summary>Does something with a copy of the original, to which outputs can be added.</summary>
    private void OnCopy(Action<string> use)
    {
        var copy = NewPath();
        RewrittenModel.Write(opened.Model, new GraphEdits(graph, _ => throw new InvalidOperationException("A copy changes no node."), Equalization.None),
            new HashSet<string>(), copy);
        use(copy);
        Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
    }

    /// <summary>Under the name that it will have: external data is found by it.</summary>
    private string NewPath() => Path.Combine(
        Directory.CreateDirectory(Path.Combine(folder, FormattableString.Invariant($"{_written++}"))).FullName,
        Path.ChangeExtension(Path.GetFileName(opened.ArtifactPath), ArtifactName.ModelExtension));

    /// <summary>How ranges are chosen, and weights rounded.</summary>
    private sealed record Choice(int? Way, WeightRounding Rounding);

    private sealed record Trial(Choice Choice, WrittenModel Model, double Figure, double? R2);
}
