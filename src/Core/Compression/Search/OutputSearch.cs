using CompressTasks.Calibration;
using CompressTasks.Compression.Allocation;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Reporting;
using CompressTasks.Spec;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression.Search;

/// <summary>
/// Finds the smallest artifact that passes the gate on outputs. Fewest bits for an output error means that a bit less costs the same error in every
/// weight: steps go with the inverse square root of the weights' sensitivities (one Lagrange multiplier over all weights: Shoham, Gersho 1988). The
/// multiplier is found by running the model.
/// </summary>
/// <param name="model">The original.</param>
/// <param name="evaluation">The gate on outputs.</param>
/// <param name="threads">At least 1; the result does not depend on it.</param>
/// <param name="progress">Makes the meter of a phase, given its bytes.</param>
/// <param name="cancellationToken">Stops the search.</param>
internal sealed class OutputSearch(
    OnnxModel model, OutputGateRunner evaluation, int threads, Func<CompressionPhase, long, ProgressMeter> progress,
        CancellationToken cancellationToken)
{
    /// <summary>What weights are coded with that the samples show no effect of: nobody looked, so they must be good by themselves.</summary>
    private const double UnseenR2 = 0.999;

    /// <summary>How well weights are coded while their sensitivity is measured.</summary>
    private const double TrialR2 = 0.99;

    /// <summary>An eighth of an octave: near enough to measure there.</summary>
    private const int CoarseResolution = StepGrid.PerOctave / 8;

    /// <summary>How many larger steps are tried where luck has a part in what they lose.</summary>
    private const int Probes = 4;

    private const int CalibrationSamples = 16;
    private const long CalibrationBytes = 256L << 20;

    private CollectedMoments _moments = CollectedMoments.None;
    private StepEncoder _coder = new(model, CollectedMoments.None.Weights, cancellationToken);

    /// <summary>Resolves <c>for: outputs</c>; a plan without it is returned as it is.</summary>
    public (IReadOnlyList<WeightPlan> Plan, SearchSummary? Summary) Resolve(IReadOnlyList<WeightPlan> plan)
    {
        var searched = plan.Where(p => p.HasChunk && p.Stack?.Stages is [QuantizeSpec.ForOutputs]).ToList();
        if (searched.Count == 0)
            return (plan, null);
        var target = ((QuantizeSpec.ForOutputs)searched[0].Stack!.Stages[0]).Target;
        var deadline = new Deadline(target.MaxTime);

        using var original = evaluation.OpenOriginal();
        var samples = evaluation.Calibration;

        // What is not searched for is the same in every trial; what cannot be quantized at all is carried exactly, and out of the search.
        plan = Plan.Replace(plan,
            Encode([.. plan.Where(p => p.HasChunk).Except(searched)],
                (weight, _) => (ModelEncoder.Encode(model.ReadBytes(weight.Weight), weight, 1, cancellationToken), weight)));
        var starts = Encode(searched, (weight, _) => _coder.WithR2(weight, TrialR2));
        plan = Plan.Replace(plan, starts);
        var coded = starts.Where(start => start.Ready!.KeptBecause is null).ToList();
        var calibration = ReferenceRuns.First(original, samples, CalibrationSamples, CalibrationBytes, cancellationToken);
        var gate = evaluation.Reference(original, cancellationToken);
        if (target.Calibration is null)
            return Summarize(Attempt(plan, coded, calibration, gate, deadline), samples.Summary, deadline);

        _moments = Calibrate(plan, coded, target, samples);
        _coder = new(model, _moments.Weights, cancellationToken);
        var attempt = Attempt(plan, Encode(coded, (weight, _) => _coder.Trial(weight, TrialR2)), calibration, gate, deadline);
        var calibrated = Summarize(attempt, samples.Summary, deadline);
        calibrated.Summary = calibrated.Summary with { CalibrationR2 = R2(calibrated.Plan, calibration), MomentsSha256 = _moments.Sha256 };
        if (deadline.HasPassed || !(IsThin(coded) || SearchWarnings.Disagrees(calibrated.Summary.CalibrationR2.Value, attempt.State.BestR2)))
            return calibrated;

        // Inputs that are few, or do not stand for others, can make things worse than none.
        (_moments, _coder) = (_moments with { Weights = CollectedMoments.None.Weights },
            new(model, CollectedMoments.None.Weights, cancellationToken));
        var plain = Attempt(plan, coded, calibration, gate, deadline);
        return plain.State.IsBetterThan(attempt.State)
            ? (plain.Plan,
                Summarize(plain, samples.Summary, deadline)
                    .Summary with
                { IsCalibrationGivenUp = true, CalibrationR2 = R2(plain.Plan, calibration), MomentsSha256 = _moments.Sha256 })
            : calibrated;
    }

    /// <summary>Whether most of what is calibrated is so on few inputs.</summary>
    private bool IsThin(IReadOnlyList<WeightPlan> coded)
    {
        var calibrated = coded.Where(weight => _moments.Weights.ContainsKey(weight.Weight.Path)).ToList();
        return 2 * calibrated.Where(weight => _moments.Weights[weight.Weight.Path].Inputs.IsThin)
            .Sum(weight => weight.Weight.Elements) > calibrated.Sum(weight => weight.Weight.Elements);
    }

    /// <summary>Measures, searches, and measures and searches again.</summary>
    private SearchAttempt Attempt(IReadOnlyList<WeightPlan> plan, IReadOnlyList<WeightPlan> coded, ReferenceRuns calibration, ReferenceRuns gate,
        Deadline deadline)
    {
        plan = Plan.Replace(plan, coded);
        var sensitivities = Measure(plan, coded, calibration, deadline);
        var unseen = coded.Where((_, index) => sensitivities[index] is 0).ToList();
        plan = Plan.Replace(plan, Encode(unseen, (weight, _) => _coder.WithR2(weight, UnseenR2)));

        var seen = coded.Where((_, index) => sensitivities[index] is not 0).ToList();
        var state = new SearchState(seen, Offsets([.. sensitivities.Where(sensitivity => sensitivity is not 0)]), StartingPlace(seen));
        if (seen.Count > 0)
        {
            Search(plan, state, gate, new MultiplierSearch(state.Place, CoarseResolution), deadline);

            // Errors as large as they will be act otherwise than small ones: measured again, where they are.
            if (!deadline.HasPassed)
            {
                state.Replace(Offsets(Measure(plan, state.Best, calibration, deadline)));
                Search(plan, state, gate, new MultiplierSearch(state.Place, resolution: 1, Probes), deadline);
            }
        }

        return new(Plan.Replace(plan, state.Best), state, [.. coded.Zip(sensitivities, Summary)]);
    }

    private (IReadOnlyList<WeightPlan> Plan, SearchSummary Summary) Summarize(SearchAttempt attempt, SampleSourceSummary calibration,
        Deadline deadline) =>
        (attempt.Plan, new(calibration, evaluation.IsCalibratedOnGate, deadline.HasPassed, attempt.Weights, attempt.State.Trials));

    private SensitivitySummary Summary(WeightPlan weight, double? sensitivity) =>
        new(weight.Weight.Path, sensitivity, _moments.Weights.GetValueOrDefault(weight.Weight.Path)?.Inputs.Damping);

    /// <summary>How well the outputs come out on samples, all outputs pooled.</summary>
    private double R2(IReadOnlyList<WeightPlan> plan, ReferenceRuns samples)
    {
        using var trial = CodedModel(plan);
        using var session = evaluation.Open(trial.Path);
        return OutputComparison.Pool(samples.Compare(session, logits: false, threads, cancellationToken)).Error.R2;
    }

    private CollectedMoments Calibrate(IReadOnlyList<WeightPlan> plan, IReadOnlyList<WeightPlan> searched, OutputTargetSpec target,
        ISampleSource samples)
    {
        var graph = model.ReadStructure().Graph;
        var uses = LinearUses.Find(graph, searched.Select(weight => (weight.Weight.Path, weight.Weight.Shape)));
        var meter = progress(CompressionPhase.Calibrating, 1000);
        meter.Begin();
        using var trial = OriginalModel(plan);
        MomentCollector.Expose(trial.Path, MomentCollector.Observable(graph, uses.Values));
        using var session = evaluation.Open(trial.Path);
        var collector = new MomentCollector(graph, target.CalibrationMemory, target.CalibrationBlock, threads, cancellationToken);
        return collector.Collect(uses, session, () => samples.Read(() => 1), done => meter.Set((long)(1000 * done)));
    }

    private IReadOnlyList<double?> Measure(IReadOnlyList<WeightPlan> plan, IReadOnlyList<WeightPlan> coded, ReferenceRuns calibration,
        Deadline deadline)
    {
        var meter = progress(CompressionPhase.Measuring, coded.Sum(weight => weight.Weight.PayloadBytes));
        meter.Begin();
        return new Sensitivity(model, evaluation, calibration, () => OriginalModel(plan), threads, cancellationToken).Measure(coded, deadline, meter);
    }

    /// <summary>A model in which every weight is the original one, to exchange weights in.</summary>
    private TrialModel OriginalModel(IReadOnlyList<WeightPlan> plan) =>
        TrialModel.Of(model, Plan.Owners(plan), (weight, stream) => stream.Write(model.ReadBytes(weight)));

    /// <summary>A model as a plan has it, every weight of which is coded.</summary>
    private TrialModel CodedModel(IReadOnlyList<WeightPlan> plan)
    {
        var coded = plan.Where(p => p.HasChunk).ToDictionary(p => p.Weight, p => p.Ready!);
        var pool = new WorkerPool(threads);
        return TrialModel.Of(model, Plan.Owners(plan), (weight, stream) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Write(Sensitivity.Decode(weight, coded[weight], pool));
        });
    }

    private void Search(IReadOnlyList<WeightPlan> plan, SearchState state, ReferenceRuns gate, MultiplierSearch search, Deadline deadline)
    {
        using var trial = CodedModel(plan);
        var bytes = state.Weights.Sum(weight => weight.Weight.PayloadBytes);
        var meter = progress(CompressionPhase.Searching, MultiplierSearch.MostTrials * bytes);
        meter.Begin();
        while (search.Next is { } place && (state.Trials.Count == 0 || !deadline.HasPassed))
        {
            var encoded = Encode(state.Weights, (weight, index) => _coder.Encode(weight, StepGrid.Step(place + state.Offsets[index])), trial);
            meter.Add(bytes);
            using var session = evaluation.Open(trial.Path);
            var outputs = evaluation.Compare(gate, session, threads, cancellationToken);
            var violation = evaluation.Violation(outputs);
            search.Learn(violation);
            state.Add(place, encoded, outputs.Pooled.R2, violation);
        }
    }

    /// <summary>Encodes weights and, if there is a trial model, puts what they decode to there.</summary>
    private IReadOnlyList<WeightPlan> Encode(IReadOnlyList<WeightPlan> weights, Func<WeightPlan, int,
        (EncodedWeight Encoded, WeightPlan Plan)> encode, TrialModel? trial = null)
    {
        var results = new WeightPlan[weights.Count];
        OrderedParallel.Run(
            [.. weights.Select(weight => weight.Weight.PayloadBytes)],
            threads,
            index =>
            {
                var (encoded, plan) = encode(weights[index], index);
                return (Plan: plan with { Ready = encoded }, Payload: trial is null ? null
                    : Sensitivity.Decode(weights[index].Weight, encoded, new WorkerPool(1)));
            },
            (index, result) =>
            {
                results[index] = result.Plan;
                trial?.Write(result.Plan.Weight.Path, result.Payload);
            },
            cancellationToken);
        return results;
    }

    /// <summary>
    /// A step of Δ makes a squared error of about Δ²/12 per value, and a sensitivity turns that into a share of the outputs' variance.
    /// </summary>
    private int StartingPlace(IReadOnlyList<WeightPlan> weights) =>
        StepGrid.Nearest(Math.Sqrt(12 * evaluation.AllowedError / Math.Max(1, weights.Sum(weight => weight.Weight.Elements))));

    /// <summary>The median stands in for what there was no time to measure.</summary>
    private static IReadOnlyList<int?> Offsets(IReadOnlyList<double?> sensitivities)
    {
        var known = sensitivities.OfType<double>().Where(sensitivity => sensitivity > 0).Order().ToList();
        var usual = known.Count == 0 ? 1 : known[known.Count / 2];
        return [.. sensitivities.Select(sensitivity => sensitivity is 0 ? null : (int?)StepGrid.Offset(sensitivity ?? usual))];
    }

    /// <summary>What came of one way to code the weights.</summary>
    private sealed record SearchAttempt(IReadOnlyList<WeightPlan> Plan, SearchState State, IReadOnlyList<SensitivitySummary> Weights);
}
