using System.Diagnostics;
using CompressTasks.Calibration;
using CompressTasks.Metrics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Reporting;
using CompressTasks.Spec;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression.Search;

/// <summary>
/// Finds the smallest artifact that passes the gate on outputs. Fewest bits for an output error means that a bit less costs the same error in every
/// weight: steps go with the inverse square root of the weights' sensitivities (one Lagrange multiplier over all weights: Shoham, Gersho 1988). The
/// multiplier is found by running the model.
/// </summary>
/// <param name="model">The original.</param>
/// <param name="evaluation">The gate on outputs.</param>
/// <param name="metrics">What programs measure, and must hold as well; null for nothing.</param>
/// <param name="threads">At least 1; the result does not depend on it.</param>
/// <param name="progress">Makes the meter of a phase, given its bytes.</param>
/// <param name="cancellationToken">Stops the search.</param>
internal sealed class OutputSearch(
    OnnxModel model, OutputGateRunner evaluation, MetricRunner? metrics, int threads, Func<CompressionPhase, long, ProgressMeter> progress,
        CancellationToken cancellationToken)
{
    /// <summary>What weights are coded with that the samples show no effect of: nobody looked, so they must be good by themselves.</summary>
    private const double UnseenR2 = 0.999;

    /// <summary>How well weights are coded while their sensitivity is measured.</summary>
    private const double TrialR2 = 0.99;

    /// <summary>An eighth of an octave, and about its effect: near enough to measure there.</summary>
    private const int CoarseResolution = StepGrid.PerOctave / 8;
    private const double CoarseViolation = 0.84;

    /// <summary>How many larger steps are tried where luck has a part in what they lose.</summary>
    private const int Probes = 4;

    /// <summary>An error that a model whose trials take long may leave unused: less than a hundredth of a bit per weight.</summary>
    private const double FineViolation = 0.98;

    /// <summary>Of the time that there is, what measuring the inputs of layers, and what each weight does to the outputs, may take.</summary>
    private const double MeasuringShare = 0.4;

    /// <summary>Trials that there is to be time for whatever is measured: most often one of so many passes.</summary>
    private const int ReservedTrials = 4;

    /// <summary>Finer by this than where the gate should just hold: half an octave halves what is lost, for the only trial that there is time for.</summary>
    private const int SafeStride = StepGrid.PerOctave / 2;

    /// <summary>
    /// Where both sides count, the coarser the coding the more damping: with too little, errors go where the moments wrongly think that nobody looks.
    /// </summary>
    private static readonly TwoSidedDamping[] _twoSidedDampings = [new(0.1, 1), new(0.2, 2)];

    private const int CalibrationSamples = 16;
    private const long CalibrationBytes = 256L << 20;

    /// <summary>What a run on one calibration sample takes.</summary>
    private TimeSpan _runTime;

    /// <summary>The share of the outputs' variance that each weight cost when it was measured, by path.</summary>
    private readonly Dictionary<string, double?> _lost = new(StringComparer.Ordinal);

    private CollectedMoments _moments = CollectedMoments.None;
    private SensitivityMeasuring _sensitivities = new(model, evaluation, new HashSet<string>(), threads, progress, cancellationToken);
    private readonly SearchTrials _trials = new(model, evaluation, threads, progress, cancellationToken);

    /// <summary>Resolves <c>for: outputs</c>.</summary>
    /// <param name="resolved">The plan, and what is coded of it already.</param>
    /// <returns>Every weight with its chunk, and how it was found; as it was and without a summary where nothing asks for it.</returns>
    public (PartlyEncodedModel Model, SearchSummary? Summary) Resolve(PartlyEncodedModel resolved)
    {
        var plan = resolved.Plan;
        var searched = plan.Where(p => p.HasChunk && p.Stack?.Stages is [QuantizeSpec.ForOutputs]).ToList();
        if (searched.Count == 0)
            return (resolved, null);
        var target = ((QuantizeSpec.ForOutputs)searched[0].Stack!.Stages[0]).Target;
        var deadline = new Deadline(target.MaxTime);

        var samples = new CheckedSamples(evaluation.Calibration, evaluation.CalibrationAt);

        // What every trial does again.
        var clock = Stopwatch.StartNew();

        // What is not searched for is the same in every trial; what cannot be quantized at all is carried exactly, and out of the search.
        var others = plan.Where(p => p.HasChunk && !resolved.Chunks.ContainsKey(p.Weight)).Except(searched).ToList();
        var starts = _trials.Prepare(searched, index => _trials.Coder.Near(searched[index], TrialR2));
        var start = resolved.With(_trials.Encode(others, index => EncodeAsPlanned(others[index]))).With(starts);
        var coded = starts.Where(weight => weight.Encoded.KeptBecause is null).ToList();
        using var original = evaluation.OpenOriginal();
        var (gate, calibration) = References(original, samples, clock);

        // The session takes as much memory as a trial does.
        if (gate.IsAllKept)
            original.Dispose();
        if (target.Calibration is null)
            return Summarize(Attempt(start, coded, calibration, gate, deadline), samples.Summary, deadline);

        using var couplings = new CouplingFile();
        var layers = Calibrate(plan, coded, target, samples, couplings, deadline.Part(MeasuringShare, ReservedTrials * _trials.Time));
        _sensitivities = new(model, evaluation, layers.Untaken.ToHashSet(), threads, progress, cancellationToken);
        var (begun, isPlain) = Choose(start, coded, layers, calibration, gate, deadline);
        var attempt = Finish(begun, calibration, gate, deadline);
        if (deadline.HasPassed)
            return (attempt.Model, Describe(attempt, isPlain));
        var onCalibration = _trials.R2(attempt.Model, calibration);
        if (!isPlain && deadline.HasTimeFor(_trials.Time) && SearchWarnings.Disagrees(onCalibration, attempt.State.BestR2))
        {
            // Inputs that do not stand for others can make things worse than none.
            Use(Plain(layers));
            var plain = Attempt(start, coded, calibration, gate, deadline);
            if (plain.State.IsBetterThan(attempt.State))
                (attempt, isPlain, onCalibration) = (plain, true, _trials.R2(plain.Model, calibration));
        }

        return (attempt.Model, Describe(attempt, isPlain) with { CalibrationR2 = onCalibration });

        SearchSummary Describe(SearchAttempt found, bool isGivenUp) => Summarize(found, samples.Summary, deadline).Summary with
        {
            IsCalibrationGivenUp = isGivenUp,
            MomentsSha256 = layers.Inputs.Sha256,
            Late = isGivenUp ? [] : layers.Inputs.Late,
            Untaken = layers.Untaken,
        };
    }

    /// <summary>Runs the original on the samples that trials are compared on.</summary>
    /// <param name="original">Stays open.</param>
    /// <param name="samples">The calibration samples.</param>
    /// <param name="trial">Has run since the weights were begun.</param>
    private (ReferenceRuns Gate, ReferenceRuns Calibration) References(OutputRunner original, CheckedSamples samples, Stopwatch trial)
    {
        var clock = Stopwatch.StartNew();
        var gate = evaluation.Reference(original, cancellationToken);
        _trials.Begin(clock.Elapsed, trial.Elapsed);
        clock.Restart();
        var calibration = ReferenceRuns.First(original, samples, CalibrationSamples, CalibrationBytes, cancellationToken)
            .RequireNumbers(evaluation.CalibrationAt, model);
        _runTime = clock.Elapsed / Math.Max(1, calibration.Count);
        return (gate, calibration);
    }

    private EncodedPlan EncodeAsPlanned(WeightPlan weight) =>
        new(weight, ModelEncoder.Encode(model.ReadBytes(weight.Weight), weight, 1, cancellationToken));

    /// <summary>Whether most of what is calibrated is so on few inputs.</summary>
    private static bool IsThin(IReadOnlyList<EncodedPlan> coded, CollectedMoments moments)
    {
        var calibrated = coded.Where(weight => moments.Weights.ContainsKey(weight.Weight.Path)).ToList();
        return 2 * calibrated.Where(weight => moments.Weights[weight.Weight.Path].Inputs.IsThin)
            .Sum(weight => weight.Weight.Elements) > calibrated.Sum(weight => weight.Weight.Elements);
    }

    /// <summary>Weights coded as if nothing was known of their layers.</summary>
    private static CollectedMoments Plain(LayerCalibration layers) => layers.Inputs with { Weights = CollectedMoments.None.Weights, Kept = [] };

    /// <summary>
    /// Codes weights against the inputs of their layers alone, against both sides with several dampings, and, where inputs are few, which can be worse
    /// than none, without; looks about what is smallest, and leaves the weights' coder with that.
    /// </summary>
    private (SearchAttempt Attempt, bool IsPlain) Choose(PartlyEncodedModel start, IReadOnlyList<EncodedPlan> coded, LayerCalibration layers,
        ReferenceRuns calibration, ReferenceRuns gate, Deadline deadline)
    {
        IReadOnlyList<WeightPlan> plans = [.. coded.Select(weight => weight.Plan)];
        Func<CollectedMoments> plain = () => Plain(layers);
        List<Func<CollectedMoments>> others = [];
        if (layers.IsTwoSided)
            others.AddRange(_twoSidedDampings.Select<TwoSidedDamping, Func<CollectedMoments>>(damping => () => TwoSided(damping)));
        if (IsThin(coded, layers.Inputs))
            others.Add(plain);

        Func<CollectedMoments> chosen = () => layers.Inputs;
        var last = chosen;
        var best = BeginWith(chosen, place: null);
        foreach (var other in others)
        {
            if (!deadline.HasTimeFor(2 * _trials.Time))
                break;
            last = other;
            var attempt = BeginWith(other, best.State.Passes ? best.State.Place : null);
            if (attempt.State.IsSmallerAtThreshold(best.State))
                (best, chosen) = (attempt, other);
        }

        if (chosen != last)
            Use(chosen());
        return (best, chosen == plain);

        // Factors take much memory: those of before go first.
        CollectedMoments TwoSided(TwoSidedDamping damping)
        {
            Use(CollectedMoments.None);
            _trials.ReleaseMemory(0);
            return layers.Inputs.TwoSided(layers.Gradients, damping, threads, cancellationToken);
        }

        SearchAttempt BeginWith(Func<CollectedMoments> moments, int? place)
        {
            Use(moments());
            var trials = _trials.Prepare(plans, index => _trials.Coder.Trial(coded[index], TrialR2));
            return Begin(start, trials, calibration, gate, deadline, place);
        }
    }

    private void Use(CollectedMoments moments)
    {
        _moments = moments with { Kept = [] };
        _trials.Use(moments.Weights);
    }

    /// <summary>Measures, searches, and measures and searches again.</summary>
    private SearchAttempt Attempt(
        PartlyEncodedModel start, IReadOnlyList<EncodedPlan> coded, ReferenceRuns calibration, ReferenceRuns gate, Deadline deadline) =>
        Finish(Begin(start, coded, calibration, gate, deadline), calibration, gate, deadline);

    /// <summary>Measures, and searches about.</summary>
    /// <param name="start">The model, with what is not searched for.</param>
    /// <param name="coded">The weights, coded to be measured.</param>
    /// <param name="calibration">Where they are measured.</param>
    /// <param name="gate">Where trials are judged.</param>
    /// <param name="deadline">When to come to an end.</param>
    /// <param name="place">The common place to begin with; null for what theory says.</param>
    private SearchAttempt Begin(PartlyEncodedModel start, IReadOnlyList<EncodedPlan> coded, ReferenceRuns calibration, ReferenceRuns gate,
        Deadline deadline, int? place = null)
    {
        var current = start.With(coded);
        var sensitivities = Measure(current.Plan, coded, calibration, deadline);
        var unseen = coded.Where((_, index) => sensitivities[index] is 0).Select(weight => weight.Plan).ToList();
        current = current.With(_trials.Encode(unseen, index => _trials.Coder.WithR2(unseen[index], UnseenR2)));

        var seen = coded.Where((_, index) => sensitivities[index] is not 0).ToList();
        List<WeightPlan> plans = [.. seen.Select(weight => weight.Plan)];
        var state = new SearchState(plans, Offsets([.. sensitivities.Where(sensitivity => sensitivity is not 0)], seen),
            place ?? StartingPlace(plans, deadline));
        if (seen.Count > 0)
            _trials.Search(current, state, gate, new MultiplierSearch(state.Place, CoarseResolution, enough: CoarseViolation), deadline);
        return new(current, state, [.. coded.Zip(sensitivities, Summary)]);
    }

    /// <summary>Measures again, and searches to the end.</summary>
    private SearchAttempt Finish(SearchAttempt begun, ReferenceRuns calibration, ReferenceRuns gate, Deadline deadline)
    {
        var (current, state, weights) = begun;
        if (state.Weights.Count > 0)
        {
            if (_sensitivities.IsLarge && !deadline.HasPassed)
            {
                _trials.Search(current, state, gate, new MultiplierSearch(state.Place, resolution: 1, enough: FineViolation).Knowing(state.Tried), deadline);
            }
            else if (deadline.HasTimeFor(2 * _trials.Time))
            {
                // Errors as large as they will be act otherwise than small ones: measured again, where they are.
                state.Replace([.. Measure(current.Plan, state.Best, calibration, deadline)
                    .Select(sensitivity => sensitivity is > 0 ? (int?)StepGrid.Offset(sensitivity.Value) : null)]);
                _trials.Search(current, state, gate, new MultiplierSearch(state.Place, resolution: 1, Probes), deadline);
            }

            // Where outputs have no threshold of their own, an error that is usual is only where metrics begin.
            if (metrics is not null && (state.Passes || !evaluation.HasThresholds) && !deadline.HasPassed)
                _trials.SearchMetrics(metrics, current, state, gate, deadline);
        }

        return new(current.With(state.Best), state, weights);
    }

    private (PartlyEncodedModel Model, SearchSummary Summary) Summarize(SearchAttempt attempt, SampleSourceSummary calibration, Deadline deadline) =>
        (attempt.Model, new(calibration, evaluation.SharedWithGate, deadline.HasPassed, attempt.Weights, attempt.State.Trials));

    private SensitivitySummary Summary(EncodedPlan weight, double? sensitivity) =>
        new(weight.Weight.Path, sensitivity, _moments.Weights.GetValueOrDefault(weight.Weight.Path)?.Inputs.Damping);

    private LayerCalibration Calibrate(IReadOnlyList<WeightPlan> plan, IReadOnlyList<EncodedPlan> searched, OutputTargetSpec target,
        ISampleSource samples, CouplingFile couplings, Deadline deadline)
    {
        var meter = progress(CompressionPhase.Calibrating, 1000);
        meter.Deadline = deadline;
        meter.Begin();
        var limits = new MomentLimits(target.CalibrationMemory, target.CalibrationBlock, target.CalibrationPatches, threads);
        var owners = Plan.Owners(plan).ToDictionary(pair => pair.Key.Path, pair => pair.Value.Path, StringComparer.Ordinal);
        var measuring = new LayerMeasuring(model.ReadStructure(), evaluation, () => TrialModel.OfOriginal(model, Plan.Owners(plan)),
            path => owners.GetValueOrDefault(path, path), limits, couplings, deadline, cancellationToken);
        var layers = measuring.Run(searched.Select(weight => weight.Weight), samples, done => meter.Set((long)(1000 * done)));
        meter.End();
        _trials.ReleaseMemory(target.CalibrationMemory);
        return layers;
    }

    /// <summary>
    /// Measures what errors of weights do to the outputs; of a large model once: coded in another way, but about as well, a weight costs about the same.
    /// </summary>
    private IReadOnlyList<double?> Measure(
        IReadOnlyList<WeightPlan> plan, IReadOnlyList<EncodedPlan> coded, ReferenceRuns calibration, Deadline deadline)
    {
        if (_sensitivities.IsLarge)
        {
            return [.. coded.Select(weight =>
                weight.Encoded.Distortion > 0 ? _lost.GetValueOrDefault(weight.Weight.Path) / weight.Encoded.Distortion : null)];
        }

        var sensitivities = _sensitivities.Measure(plan, coded, _moments.Weights, calibration, _runTime,
            deadline.Part(MeasuringShare, ReservedTrials * _trials.Time));
        foreach (var (weight, sensitivity) in coded.Zip(sensitivities))
            _lost[weight.Weight.Path] = sensitivity * weight.Encoded.Distortion;
        return sensitivities;
    }

    /// <summary>
    /// A step of Δ makes a squared error of about Δ²/12 per value, and a sensitivity turns that into a share of the outputs' variance.
    /// </summary>
    private int StartingPlace(IReadOnlyList<WeightPlan> weights, Deadline deadline) =>
        StepGrid.Nearest(Math.Sqrt(12 * evaluation.AllowedError / Math.Max(1, weights.Sum(weight => weight.Weight.Elements))))
            - (deadline.HasTimeFor(2 * _trials.Time) ? 0 : SafeStride);

    /// <summary>
    /// What there was no time to measure is taken to cost the outputs what the others do in the median; without any, as much as it loses of itself.
    /// </summary>
    private static IReadOnlyList<int?> Offsets(IReadOnlyList<double?> sensitivities, IReadOnlyList<EncodedPlan> coded)
    {
        var lost = sensitivities.Zip(coded, (sensitivity, weight) => sensitivity * weight.Encoded.Distortion).OfType<double>()
            .Where(share => share > 0).Order().ToList();
        return [.. sensitivities.Zip(coded, (sensitivity, weight) => (int?)StepGrid.Offset(sensitivity ?? Usual(weight.Encoded)))];

        double Usual(EncodedWeight weight)
        {
            var share = lost.Count > 0 ? lost[lost.Count / 2] : 1 - weight.Error.R2;
            return share > 0 && weight.Distortion > 0 ? share / weight.Distortion : 1;
        }
    }

    /// <summary>What came of one way to code the weights.</summary>
    private sealed record SearchAttempt(PartlyEncodedModel Model, SearchState State, IReadOnlyList<SensitivitySummary> Weights);
}
