using System.Diagnostics;
using CompressTasks.Compression.Search;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Speed;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Layers;

/// <summary>
/// Finds the fastest, or smallest, runnable model that passes the gate on outputs: it is measured what each layer loses alone and what it saves,
/// layers become integers in the order of what they save for what they lose, and runs of whole models tell how far that goes.
/// </summary>
/// <param name="gate">What outputs must hold.</param>
/// <param name="spec">What is to be found.</param>
/// <param name="opened">The original.</param>
/// <param name="candidates">What the layers may become.</param>
/// <param name="writer">Writes the models.</param>
/// <param name="evaluation">Runs them.</param>
/// <param name="threads">At least 1; outputs do not depend on it.</param>
/// <param name="progress">Makes the meter of a phase, given its total.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class LayerSearch(GateSpec gate, LayerSearchSpec spec, OpenedModel opened, LayerCandidates candidates, RunnableWriter writer,
    OutputGateRunner evaluation, int threads, Func<CompressionPhase, long, ProgressMeter> progress, CancellationToken cancellationToken)
{
    private const int CalibrationSamples = 16;
    private const long CalibrationBytes = 256L << 20;
    private const int Whole = 1000;

    /// <summary>As good as nothing: a megabyte is a microsecond.</summary>
    private const double MillisecondsOfByte = 1e-9;

    /// <summary>So many times what all layers may lose in the mean.</summary>
    private const int FewLosses = 4;

    /// <summary>Of the time that there is, what it may take to measure their inputs, to time layers, and to measure what they lose.</summary>
    private const double CalibratingShare = 0.3;
    private const double TimingShare = 0.3;
    private const double MeasuringShare = 0.6;

    private readonly Deadline _deadline = new(spec.MaxTime);
    private readonly Dictionary<(string Path, LayerForm Form), double> _losses = [];
    private readonly List<LayerTrialSummary> _trials = [];
    private readonly bool _isForSpeed = spec.Prefer == LayerPreference.Speed;
    private bool _isCut;

    /// <summary>Searches.</summary>
    /// <returns>The best model, and how it was found.</returns>
    public (WrittenModel Model, LayerSearchSummary Summary) Run()
    {
        // What is measured once for all models is not to take the time of what is timed.
        writer.Deadline = _deadline.Part(CalibratingShare, TimeSpan.Zero);
        writer.Prepare();
        using var original = evaluation.OpenOriginal();
        using var inputs = _isForSpeed ? TimedInputs.Of(original.Model, evaluation.Calibration, gate.Speed?.Batch ?? 1, cancellationToken) : null;
        var times = inputs is null ? null : Time(inputs);
        var calibration = ReferenceRuns.First(original, evaluation.Calibration, CalibrationSamples, CalibrationBytes, cancellationToken);
        MeasureLosses(calibration, times);
        var moves = LayerMoves.Order([.. candidates.Layers.Select(layer => Options(layer, times))]);
        var (model, forms) = Choose(moves, evaluation.Reference(original, cancellationToken), times);
        var isSlower = times is not null && forms.Count > 0 && IsSlower(model, times);
        if (isSlower)
        {
            model.Delete();
            model = writer.Write(candidates.With(_ => LayerForm.Float32));
            forms = [];
        }

        return (model, new(
            _isForSpeed ? "speed" : "size",
            evaluation.Calibration.Summary,
            _deadline.HasPassed || _isCut,
            [.. candidates.Layers.Select(layer => Summary(layer, isSlower ? LayerForm.Float32 : FormOf(layer, forms), times, isSlower))],
            _trials));
    }

    /// <summary>What a layer becomes; in a search for speed, what stays in float beside integers has half of the bytes.</summary>
    private LayerForm FormOf(SearchedLayer layer, Dictionary<string, LayerForm> forms) =>
        forms.TryGetValue(layer.Path, out var form) ? form : _isForSpeed && forms.Count > 0 ? LayerCandidates.Rest(layer) : LayerForm.Float32;

    private LayerTimes Time(TimedInputs inputs)
    {
        var meter = progress(CompressionPhase.Timing, Whole);
        meter.Deadline = _deadline;
        meter.Begin();
        var times = new LayerTimes(candidates, writer, inputs, gate.Speed?.Threads ?? 1, candidates.Search!.At,
            _deadline.Part(TimingShare, TimeSpan.Zero), cancellationToken);
        times.Measure(done => meter.Set((long)(Whole * done)));
        _isCut |= times.IsCut;
        return times;
    }

    /// <summary>The largest first: they matter most where time is short.</summary>
    private void MeasureLosses(ReferenceRuns calibration, LayerTimes? times)
    {
        var wanted = candidates.Layers.OrderByDescending(layer => layer.Elements)
            .SelectMany(layer => layer.Bytes.Keys.Where(form => IsWorthwhile(layer, form, times)).Select(form => (layer, form))).ToList();
        var meter = progress(CompressionPhase.Measuring, wanted.Sum(pair => pair.layer.Bytes[LayerForm.Float32]));
        meter.Deadline = _deadline;
        meter.Begin();
        var deadline = _deadline.Part(MeasuringShare, TimeSpan.Zero);
        foreach (var (layer, form) in wanted)
        {
            if (deadline.HasPassed)
            {
                _isCut = true;
                return;
            }

            if (!IsNeeded(layer, form))
                continue;
            var model = writer.Write(candidates.Alone(layer, form));
            _losses[(layer.Path, form)] = Loss(evaluation.Compare(calibration, model.Path, threads, cancellationToken));
            model.Delete();
            meter.Add(layer.Bytes[LayerForm.Float32]);
        }
    }

    /// <summary>What is next to nothing with coarser activations needs no finer ones.</summary>
    private bool IsNeeded(SearchedLayer layer, LayerForm form)
    {
        return form switch
        {
            LayerForm.Integer8PerToken => !IsNothing(LayerForm.Integer8),
            LayerForm.Integer8Residual => !IsNothing(LayerForm.Integer8) && !IsNothing(LayerForm.Integer8PerToken),
            _ => true,
        };

        bool IsNothing(LayerForm coarser) =>
            _losses.TryGetValue((layer.Path, coarser), out var loss) && loss * FewLosses * candidates.Layers.Count < 1;
    }

    /// <summary>In float16 a layer takes the time of float32; what is as fast as before may still be smaller.</summary>
    private static bool IsWorthwhile(SearchedLayer layer, LayerForm form, LayerTimes? times) =>
        form != LayerForm.Float32 && Gain(layer, form, times) > 0;

    private IReadOnlyList<LayerOption> Options(SearchedLayer layer, LayerTimes? times) =>
    [
        .. layer.Bytes.Keys.Where(form => _losses.ContainsKey((layer.Path, form)))
            .Select(form => new LayerOption(form, _losses[(layer.Path, form)], Gain(layer, form, times))),
    ];

    /// <summary>What a form saves: bytes, or milliseconds, of which bytes decide where times do not. Not a number where nothing was timed.</summary>
    private static double Gain(SearchedLayer layer, LayerForm form, LayerTimes? times) => form == LayerForm.Float32 ? 0
        : times is null ? SavedBytes(layer, form) : (times.Saved(layer, form) ?? double.NaN) + (MillisecondsOfByte * SavedBytes(layer, form));

    private static long SavedBytes(SearchedLayer layer, LayerForm form) => layer.Bytes[LayerForm.Float32] - layer.Bytes[form];

    /// <summary>
    /// The most moves that pass, or one form for all layers where that saves more; where nothing passes, the model that loses least.
    /// </summary>
    private (WrittenModel Model, Dictionary<string, LayerForm> Forms) Choose(IReadOnlyList<LayerMove> moves, ReferenceRuns reference,
        LayerTimes? times)
    {
        var search = new PrefixSearch([.. moves.Select(move => move.Loss)]);
        var meter = progress(CompressionPhase.Searching, PrefixSearch.MostTrials);
        meter.Deadline = _deadline;
        meter.Begin();
        var best = (Model: (WrittenModel?)null, Forms: new Dictionary<string, LayerForm>(), Gain: 0.0, Violation: double.PositiveInfinity);
        var trialTime = TimeSpan.Zero;
        while (search.Next is { } count)
        {
            if (!HasTime())
                break;
            search.Learn(count, Try(Forms(count)));
            meter.Set(_trials.Count);
        }

        // What layers lose alone and together may differ, and times of layers are not exact.
        foreach (var all in new[] { LayerForm.Integer8PerToken, LayerForm.Integer8 }.Select(Alike).Where(forms => forms.Count > 0))
        {
            if ((!(best.Violation <= 1) || GainOf(all) > best.Gain) && HasTime())
                Try(all);
        }

        if (!(best.Violation <= 1))
            Try([]);
        return (best.Model!, best.Forms);

        bool HasTime()
        {
            var has = _trials.Count == 0 || _deadline.HasTimeFor(trialTime);
            _isCut |= !has;
            return has;
        }

        double Try(Dictionary<string, LayerForm> forms)
        {
            var clock = Stopwatch.StartNew();
            var model = writer.Write(candidates.With(layer => FormOf(layer, forms)));
            var outputs = evaluation.Compare(reference, model.Path, threads, cancellationToken);
            var violation = evaluation.Violation(outputs);
            _trials.Add(new(forms.Count, outputs.Pooled.R2, violation, violation <= 1));
            var gain = GainOf(forms);
            var isBetter = violation <= 1 ? !(best.Violation <= 1) || gain > best.Gain : !(best.Violation <= violation);
            if (best.Model is null || isBetter)
            {
                best.Model?.Delete();
                best = (model, forms, gain, violation);
            }
            else
                model.Delete();
            trialTime = clock.Elapsed;
            return violation;
        }

        double GainOf(Dictionary<string, LayerForm> forms) => candidates.Layers.Where(layer => forms.ContainsKey(layer.Path))
            .Select(layer => Gain(layer, forms[layer.Path], times)).Where(gain => !double.IsNaN(gain)).Sum();

        Dictionary<string, LayerForm> Forms(int count)
        {
            var forms = new Dictionary<string, LayerForm>(StringComparer.Ordinal);
            foreach (var move in moves.Take(count))
                forms[candidates.Layers[move.Layer].Path] = move.Option.Form;
            return forms;
        }

        Dictionary<string, LayerForm> Alike(LayerForm form) => candidates.Layers
            .Where(layer => layer.Has(form) || layer.Has(LayerForm.Integer8))
            .ToDictionary(layer => layer.Path, layer => layer.Has(form) ? form : LayerForm.Integer8, StringComparer.Ordinal);
    }

    private bool IsSlower(WrittenModel model, LayerTimes times)
    {
        using var original = times.Open(opened.Model.Path);
        using var chosen = times.Open(model.Path);
        return times.Compare(original, chosen).Ratio < 1;
    }

    /// <summary>What is lost of the output that loses most, over what may be lost.</summary>
    private double Loss(OutputsSummary outputs)
    {
        var lost = outputs.Failure is not null ? [] : outputs.Outputs.Select(output => 1 - (output.R2 ?? output.Equal)).OfType<double>().ToList();
        return lost.Count == 0 || lost.Any(double.IsNaN) ? double.PositiveInfinity : lost.Max() / evaluation.AllowedError;
    }

    private SearchedLayerSummary Summary(SearchedLayer layer, LayerForm form, LayerTimes? times, bool isSlower)
    {
        var (reason, isInTheWay) = Reason(layer, form, times, isSlower);
        return new(layer.Path, form.Word(), reason, isInTheWay,
        [
            .. layer.Bytes.Keys.Where(other => other != LayerForm.Float32 && (times is null || other != LayerForm.Float16))
                .Select(other => new LayerFormSummary(
                    other.Word(),
                    _losses.TryGetValue((layer.Path, other), out var loss) ? loss : null,
                    times?.Saved(layer, other),
                    SavedBytes(layer, other))),
        ]);
    }

    private (string Reason, bool IsInTheWay) Reason(SearchedLayer layer, LayerForm form, LayerTimes? times, bool isSlower)
    {
        if (isSlower)
            return ("no model with integers is faster than the original", true);
        var better = layer.Bytes.Keys.Where(other => Gain(layer, other, times) > Gain(layer, form, times) && IsNeeded(layer, other)).ToList();
        var isRest = form == LayerForm.Float32 || (_isForSpeed && form == LayerForm.Float16);
        if (!isRest && better.Count == 0)
            return (_isForSpeed ? "the fastest" : "the smallest", false);
        if (better.Count == 0)
            return times is not null && layer.Bytes.Keys.All(other => times.Saved(layer, other) is null)
                ? ("maxTime left no time to time it", true) : ("slower with integers", true);
        return better.All(other => !_losses.ContainsKey((layer.Path, other))) ? ("maxTime left no time to measure what it loses", true)
            : ($"{string.Join(" and ", better.Where(other => _losses.ContainsKey((layer.Path, other))).Select(LossText))}", true);

        string LossText(LayerForm other) =>
            $"{other.Word()} alone would lose {FigureText.Optional(100 * _losses[(layer.Path, other)], "0.##")} % of what the gate allows";
    }
}
