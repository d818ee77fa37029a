using CompressTasks.Calibration;
using CompressTasks.Memory;
using CompressTasks.Onnx;
using CompressTasks.Outputs;

namespace CompressTasks.Compression.Search;

/// <summary>Measures what an error in each weight does to the outputs: of all at once where backward runs show it, one by one where not.</summary>
/// <param name="model">The original.</param>
/// <param name="evaluation">Opens sessions.</param>
/// <param name="untaken">Weights in branches that no sample takes, by path: they have no effect, and none has to be measured.</param>
/// <param name="threads">At least 1; the result does not depend on it.</param>
/// <param name="progress">Makes the meter of a phase, given its bytes.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class SensitivityMeasuring(OnnxModel model, OutputGateRunner evaluation, IReadOnlySet<string> untaken, int threads,
    Func<CompressionPhase, long, ProgressMeter> progress, CancellationToken cancellationToken)
{
    /// <summary>So many weights are exchanged one by one.</summary>
    private const int FewWeights = 16;

    /// <summary>Of models that are too large to run backwards, so many groups of weights are exchanged, on so many samples.</summary>
    private const int GroupsOfLarge = 16;
    private const int SamplesOfLarge = 1;

    private readonly MemoryPressure _garbage = new(long.MaxValue);

    /// <summary>Whether the model is too large to be run backwards, and so is measured in groups: by itself, each would take as long as a trial.</summary>
    public bool IsLarge { get; private set; }

    /// <summary>Measures.</summary>
    /// <param name="plan">All weights of the model.</param>
    /// <param name="coded">Those that are measured, each with its chunk.</param>
    /// <param name="calibrated">Those of them that are coded against the inputs of their layers, by path.</param>
    /// <param name="calibration">The samples; only the first when time does not allow for more.</param>
    /// <param name="runTime">What a run on one of them takes.</param>
    /// <param name="deadline">When to stop.</param>
    /// <returns>
    /// For every weight the share of the outputs' variance that is lost per squared error in it; 0 when the samples do not show any effect; null when
    /// there was no time to measure it.
    /// </returns>
    public IReadOnlyList<double?> Measure(IReadOnlyList<WeightPlan> plan, IReadOnlyList<EncodedPlan> coded,
        IReadOnlyDictionary<string, CalibratedWeight> calibrated, ReferenceRuns calibration, TimeSpan runTime, Deadline deadline)
    {
        var meter = progress(CompressionPhase.Measuring, coded.Sum(weight => weight.Weight.PayloadBytes));
        meter.Deadline = deadline;
        meter.Begin();
        if (deadline.Left is { } left)
            calibration = calibration.Take((int)Math.Clamp(left * threads / (runTime * Math.Max(1, coded.Count)), 1, calibration.Count));
        var owners = Plan.Owners(plan);
        var errors = DirectionalErrors(owners, coded, calibrated, calibration, deadline, meter);
        var others = coded.Where(weight => !errors.ContainsKey(weight.Weight.Path) && !untaken.Contains(weight.Weight.Path)).ToList();
        meter.Add(coded.Except(others).Sum(weight => weight.Weight.PayloadBytes));
        var exchanged = new Sensitivity(model, evaluation, IsLarge ? calibration.Take(SamplesOfLarge) : calibration,
            () => TrialModel.OfOriginal(model, owners), threads, cancellationToken).Measure(Groups(others), deadline, meter);
        return [.. coded.Select(weight => untaken.Contains(weight.Weight.Path) ? 0
            : exchanged.TryGetValue(weight, out var sensitivity) ? sensitivity
            : Sensitivity.Of(errors[weight.Weight.Path], weight.Encoded))];
    }

    /// <summary>Weights that follow each other in the model, and so are much alike in what they do to the outputs.</summary>
    private IReadOnlyList<IReadOnlyList<EncodedPlan>> Groups(IReadOnlyList<EncodedPlan> weights) =>
        [.. weights.Chunk(IsLarge ? Math.Max(1, (weights.Count + GroupsOfLarge - 1) / GroupsOfLarge) : 1)];

    /// <summary>
    /// The shares that outputs lose by each weight, where a few backward runs show them; nothing where exchanging weights one by one takes less.
    /// </summary>
    private IReadOnlyDictionary<string, double> DirectionalErrors(
        IReadOnlyDictionary<OnnxWeight, OnnxWeight> owners, IReadOnlyList<EncodedPlan> coded,
        IReadOnlyDictionary<string, CalibratedWeight> calibrated, ReferenceRuns calibration, Deadline deadline, ProgressMeter meter)
    {
        var isShared = owners.GroupBy(pair => pair.Value).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        var weights = coded.Where(weight => weight.Encoded.Distortion > 0 && !isShared.Contains(weight.Weight)).ToList();
        if (weights.Count <= FewWeights)
            return new Dictionary<string, double>();
        _garbage.Release(0);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (deadline.Left is { } left)
            time.CancelAfter(TimeSpan.FromTicks(Math.Max(0, left.Ticks)));
        try
        {
            var directional = new DirectionalSensitivity(model, evaluation, calibration, calibrated, () => TrialModel.OfOriginal(model, owners), threads,
                time.Token);
            var errors = directional.Measure(weights, done => meter.Set((long)(done * weights.Sum(weight => weight.Weight.PayloadBytes))));
            IsLarge = directional.IsTooLarge;
            return errors;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Dictionary<string, double>();
        }
    }
}
