using System.Diagnostics;
using CompressTasks.Calibration;
using CompressTasks.Compression.Allocation;
using CompressTasks.Gate;
using CompressTasks.Memory;
using CompressTasks.Metrics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Threading;

namespace CompressTasks.Compression.Search;

/// <summary>Codes weights as a search asks for, and runs the model with what they decode to.</summary>
/// <param name="model">The original.</param>
/// <param name="evaluation">The gate on outputs.</param>
/// <param name="threads">At least 1; the result does not depend on it.</param>
/// <param name="progress">Makes the meter of a phase, given its bytes.</param>
/// <param name="cancellationToken">Stops trials.</param>
internal sealed class SearchTrials(
    OnnxModel model, OutputGateRunner evaluation, int threads, Func<CompressionPhase, long, ProgressMeter> progress, CancellationToken cancellationToken)
{
    /// <summary>About what coding leaves behind of a weight: its values, targets, errors and what it decodes to.</summary>
    private const int ArraysOfCoding = 4;

    private readonly MemoryPressure _garbage = new(long.MaxValue);

    /// <summary>What running a model on the gate's samples takes.</summary>
    private TimeSpan _gateTime;

    /// <summary>What one trial takes, as far as is known: coding every weight, and running the model on the gate's samples.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Codes weights one by one.</summary>
    public StepEncoder Coder { get; private set; } = new(model, CollectedMoments.None.Weights, cancellationToken);

    /// <summary>Codes weights against what samples have shown of their layers.</summary>
    public void Use(IReadOnlyDictionary<string, CalibratedWeight> moments) => Coder = new(model, moments, cancellationToken);

    /// <summary>Says what trials take, before there was one.</summary>
    public void Begin(TimeSpan gateTime, TimeSpan time) => (_gateTime, Time) = (gateTime, time);

    /// <summary>Gives memory back that is not used any more.</summary>
    /// <param name="bytes">Of it, what has not been counted.</param>
    public void ReleaseMemory(long bytes) => _garbage.Release(bytes);

    /// <summary>Encodes weights that trials begin with, and learns what that takes.</summary>
    public IReadOnlyList<EncodedPlan> Prepare(IReadOnlyList<WeightPlan> weights, Func<int, EncodedPlan> encode)
    {
        var clock = Stopwatch.StartNew();
        var meter = progress(CompressionPhase.Preparing, weights.Sum(weight => weight.Weight.PayloadBytes));
        meter.Begin();
        var encoded = Encode(weights, encode, meter);
        if (clock.Elapsed + _gateTime > Time)
            Time = clock.Elapsed + _gateTime;
        return encoded;
    }

    /// <summary>Encodes weights.</summary>
    public IReadOnlyList<EncodedPlan> Encode(IReadOnlyList<WeightPlan> weights, Func<int, EncodedPlan> encode) =>
        Encode(weights, encode, ProgressMeter.None);

    /// <summary>How well the outputs come out on samples, all outputs pooled.</summary>
    public double R2(PartlyEncodedModel coded, ReferenceRuns samples)
    {
        using var trial = CodedModel(coded);
        return evaluation.OnRestored(trial.Path, session => samples.Compare(session, logits: false, threads, cancellationToken).Pooled.Error.R2,
            _ => double.NaN);
    }

    /// <summary>Codes weights finer and coarser until they just pass the gate.</summary>
    /// <param name="coded">The model, with all of its weights.</param>
    /// <param name="state">Learns of every trial.</param>
    /// <param name="gate">Where trials are judged.</param>
    /// <param name="search">What to try.</param>
    /// <param name="deadline">No trial begins that would end after it.</param>
    public void Search(PartlyEncodedModel coded, SearchState state, ReferenceRuns gate, MultiplierSearch search, Deadline deadline)
    {
        using var trial = CodedModel(coded);
        var bytes = state.Weights.Sum(weight => weight.Weight.PayloadBytes);
        var meter = progress(CompressionPhase.Searching, MultiplierSearch.MostTrials * bytes);
        meter.Deadline = deadline;
        meter.Begin();
        while (search.Next is { } place && (state.Trials.Count == 0 || deadline.HasTimeFor(Time)))
        {
            var clock = Stopwatch.StartNew();
            var encoded = Encode(state.Weights, index => Coder.Encode(state.Weights[index], StepGrid.Step(place + state.Offsets[index])), meter,
                trial);
            _garbage.Release(0);
            var outputs = evaluation.Compare(gate, trial.Path, threads, cancellationToken);
            var violation = evaluation.HasThresholds ? evaluation.Violation(outputs)
                : (1 - outputs.Pooled.R2) / evaluation.AllowedError ?? double.PositiveInfinity;
            search.Learn(violation);
            state.Add(place, encoded, outputs.Pooled.R2, violation);
            Time = clock.Elapsed;
        }

        meter.End();
    }

    /// <summary>From what passes on outputs to what metrics hold for too. They are measured only of what passes on outputs.</summary>
    public void SearchMetrics(MetricRunner metrics, PartlyEncodedModel coded, SearchState state, ReferenceRuns gate, Deadline deadline)
    {
        using var trial = CodedModel(coded.With(state.Best));
        IReadOnlyList<EncodedPlan>? encoded = state.Best;
        IReadOnlyList<MeasuredMetric>? measured = metrics.Measure(trial.Path);

        // What cannot be measured of one model cannot of another either: the gate says so, and the artifact is the one for the outputs.
        if (measured.Any(metric => metric.Failure is not null))
            return;
        var bracket = new MetricBracket(state.Place, mayRise: !evaluation.HasThresholds);
        state.BeginAgain();
        while (bracket.Next is { } place && (state.Best.Count == 0 || deadline.HasTimeFor(Time)))
        {
            var clock = Stopwatch.StartNew();
            // The first is what was found for the outputs.
            encoded ??= Encode(state.Weights, index => Coder.Encode(state.Weights[index], StepGrid.Step(place + state.Offsets[index])), ProgressMeter.None,
                trial);
            var outputs = evaluation.Compare(gate, trial.Path, threads, cancellationToken);
            var violation = evaluation.Violation(outputs);
            measured ??= violation <= 1 ? metrics.Measure(trial.Path) : [];
            violation = Math.Max(violation, MetricGate.Violation(measured));
            state.Add(place, encoded, outputs.Pooled.R2, violation);
            if (measured.Any(metric => metric.Failure is not null))
                break;
            bracket.Learn(violation <= 1);
            (encoded, measured, Time) = (null, null, clock.Elapsed);
        }
    }

    /// <summary>What a model decodes to, every weight of which is coded.</summary>
    private TrialModel CodedModel(PartlyEncodedModel coded)
    {
        var pool = new WorkerPool(threads);
        return TrialModel.Of(model, Plan.Owners(coded.Plan), (weight, stream) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Write(Sensitivity.Decode(weight, coded.Chunks[weight], pool));
        });
    }

    /// <summary>Encodes weights and, if there is a trial model, puts what they decode to there.</summary>
    private IReadOnlyList<EncodedPlan> Encode(IReadOnlyList<WeightPlan> weights, Func<int, EncodedPlan> encode, ProgressMeter meter,
        TrialModel? trial = null)
    {
        var results = new EncodedPlan[weights.Count];
        OrderedParallel.Run(
            [.. weights.Select(weight => weight.Weight.PayloadBytes)],
            threads,
            index =>
            {
                var coded = encode(index);
                var payload = trial is null ? null : coded.Encoded.Restored ?? Sensitivity.Decode(coded.Weight, coded.Encoded, new WorkerPool(1));
                return (Coded: coded with { Encoded = coded.Encoded with { Restored = null } }, Payload: payload);
            },
            (index, result) =>
            {
                results[index] = result.Coded;
                trial?.Write(result.Coded.Weight.Path, result.Payload);
                _garbage.Add(ArraysOfCoding * sizeof(double) * result.Coded.Weight.Elements);
                meter.Add(result.Coded.Weight.PayloadBytes);
            },
            cancellationToken);
        return results;
    }
}
