using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs;

/// <summary>Compares what an artifact computes with what its model computes.</summary>
internal sealed class OutputGateRunner
{
    /// <summary>Samples that the search for the weights to blame runs on, and the bytes of outputs that it may keep.</summary>
    private const int BlameSamples = 8;
    private const long BlameBytes = 64 << 20;

    private readonly OutputGateSpec _gate;
    private readonly OnnxModel _model;
    private readonly string _name;
    private readonly ComparedOutputs _compared;
    private readonly ISampleSource _samples;
    private readonly Lazy<long> _shared;

    private OutputGateRunner(OutputGateSpec gate, OnnxModel model, string name, ComparedOutputs compared, ISampleSource samples,
        ISampleSource? calibration)
    {
        (_gate, _model, _name, _compared, _samples) = (gate, model, name, compared, samples);
        Calibration = calibration ?? samples;
        CalibrationSpec = gate.Samples;
        _shared = new(() => calibration is null ? samples.Summary.Count : SharedSamples.Count(calibration, samples));
    }

    /// <summary>How far the search for the weights to blame goes.</summary>
    private BlameBudget BlameBudget { get; init; }

    /// <summary>Outputs that look like inputs of a next run, where the samples are no sequences.</summary>
    public IReadOnlyList<(string Input, string Output)> Unfed { get; private init; } = [];

    /// <summary>The length of the model's cache, when it grows and is as long in all samples that were read; null otherwise.</summary>
    public PastLength? OnlyPastLength => (_samples as PastLengths)?.Only;

    /// <summary>The samples' files, as full paths.</summary>
    public IReadOnlyList<string> Files => [.. _samples.Files.Concat(Calibration.Files).Distinct()];

    /// <summary>The samples on which a search measures.</summary>
    public ISampleSource Calibration { get; }

    /// <summary>Where the spec names the samples on which a search measures.</summary>
    public SourceLocation CalibrationAt => CalibrationSpec.At;

    private SamplesSpec CalibrationSpec { get; init; }

    /// <summary>How many of the samples on which a search measures the gate judges by as well.</summary>
    public long SharedWithGate => _shared.Value;

    /// <summary>Whether outputs must hold anything.</summary>
    public bool HasThresholds => _gate.HasThresholds;

    /// <summary>About the share of the outputs' variance that may be lost, for a search to start with.</summary>
    public double AllowedError => Math.Clamp(_gate.Each.Select(each => (each.R2, each.Cosine)).Prepend((_gate.R2, _gate.Cosine))
        .SelectMany(limits => (double?[])[1 - limits.Item1?.Value, 2 * (1 - limits.Item2?.Value)])
        .Min() ?? 0.01, 1e-9, 1);

    /// <summary>
    /// Opens the samples, checks them against the model, and runs the first: what is wrong is known before the model is compressed.
    /// </summary>
    /// <param name="gate">What to compare on.</param>
    /// <param name="folder">What the samples' paths are relative to.</param>
    /// <param name="model">The original.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="blameBudget">How far the search for the weights to blame goes; null for <see cref="BlameSearch.Full"/>.</param>
    /// <param name="calibration">The samples on which a search measures, when they are not the gate's.</param>
    /// <exception cref="CompressException">CT1501 to CT1518: the samples are not there or do not fit, or the model cannot be run.</exception>
    public static OutputGateRunner Prepare(OutputGateSpec gate, string folder, OnnxModel model, string name, SamplesSpec? calibration = null,
        BlameBudget? blameBudget = null)
    {
        var budget = blameBudget ?? BlameSearch.Full;
        using var session = ModelRunner.Open(model.Path, name, gate);
        var compared = ComparedOutputs.Of(gate, session, InputCopyFinder.Find(model.ReadStructure().Graph ?? new()));
        if (compared.Outputs.Count == 0)
            throw OutputDiagnostics.Nothing(name, gate, compared.LeftOut);
        var runner = new OutputRunner(session, compared);
        var samples = SampleSources.Open(gate.Samples, folder, session.Inputs, session.Outputs, model, gate.Labels);
        var first = samples.Read(() => 1).First();
        var outputs = RunFirst(runner, first, samples, gate.Samples);
        var comparison = new Comparison(compared, gate.Logits);
        comparison.Add(first, outputs, outputs);
        if (comparison.OnLabels is var (figures, _))
            LabelCheck.Require(gate, figures, first, samples);
        var unfed = Stateful(gate, session);
        samples = PastLengths.Watch(samples, session.Inputs, session.Outputs, unfed);
        calibration = calibration?.Inheriting(gate.Samples);
        ISampleSource? others = null;
        if (calibration is not null && !calibration.IsSameAs(gate.Samples))
        {
            others = SampleSources.Open(calibration, folder, session.Inputs, session.Outputs, model);
            RunFirst(runner, others.Read(() => 1).First(), others, calibration);
        }

        var result = new OutputGateRunner(gate, model, name, compared, samples, others)
        {
            Unfed = unfed,
            BlameBudget = budget,
            CalibrationSpec = calibration ?? gate.Samples,
        };
        result.RequireFigures(comparison);
        return result;
    }

    /// <summary>The first sample shows that no output will ever have a figure that the gate asks for.</summary>
    private void RequireFigures(Comparison first)
    {
        var summary = Summary(first);
        if (summary.Outputs.Any(output => output.Values == 0) || summary.Labels is { Original.Count: 0 })
            return;
        var missing = OutputGate.Checks(_gate, summary).Where(check => check.Worst is null)
            .Select(check => GateDiagnostics.NoSuchFigure(_name, check)).ToList();
        if (missing.Count > 0)
            throw new CompressException(missing);
    }

    private static IReadOnlyList<IReadOnlyList<TensorValue>> RunFirst(
        OutputRunner runner, SampleSequence first, ISampleSource source, SamplesSpec samples)
    {
        try
        {
            return runner.Run(first);
        }
        catch (CompressException error) when (samples is RandomSamplesSpec)
        {
            var explained = RandomGuesses.Explained(error, (RandomSamplesSpec)samples, runner.Model.Inputs, first.Steps[0].Inputs);
            throw new CompressException(explained.Diagnostics[0] with { Location = samples.At }, explained);
        }
        catch (CompressException error) when (SampleDiagnostics.IsRefusal(error))
        {
            throw SampleDiagnostics.RunFailedOn(error, 1, first.File ?? source.Summary.Path, samples.At);
        }
    }

    private static IReadOnlyList<(string Input, string Output)> Stateful(OutputGateSpec gate, ModelRunner session) =>
        gate.Samples is { Sequence: null, IsStateless: false } ? StatefulModel.Find(session.Inputs, session.Outputs) : [];

    /// <summary>The outputs by which the model is judged.</summary>
    public IReadOnlyList<string> ComparedNames => _compared.Names;

    /// <summary>A session on the original.</summary>
    public OutputRunner OpenOriginal() => new(ModelRunner.Open(_model.Path, _name, _gate), _compared);

    /// <summary>A session on a model that computes what the original does.</summary>
    public OutputRunner OpenCopy(string path) => new(ModelRunner.Open(path, $"the restored {_name}", _gate), _compared);

    /// <summary>A session on a model that is run a few times on calibration samples, with more outputs and nodes than the original has.</summary>
    public ModelRunner OpenExtended(string path) =>
        ModelRunner.Open(path, _name, _gate with { Samples = CalibrationSpec }, isLean: true);

    /// <summary>Does something with a restored model. That ONNX Runtime cannot load or run it is a finding, no error.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="use">Runs the model.</param>
    /// <param name="refused">What comes of it otherwise.</param>
    public T OnRestored<T>(string path, Func<OutputRunner, T> use, Func<CompressException, T> refused)
    {
        OutputRunner session;
        try
        {
            session = OpenCopy(path);
        }
        catch (CompressException error) when (SampleDiagnostics.IsRefusal(error))
        {
            return refused(error);
        }

        using (session)
        {
            try
            {
                return use(session);
            }
            catch (CompressException error) when (ReferenceEquals(error, session.Refusal))
            {
                return refused(error);
            }
        }
    }

    /// <summary>
    /// Makes sure, before anything is coded, that a search can measure: one look at the inputs in files, and a run where the gate's have NaN.
    /// </summary>
    /// <exception cref="CompressException">
    /// CT4033: inputs of the calibration have NaN, or the original computes NaN from those of the gate.
    /// </exception>
    public void RequireNumbers(CancellationToken cancellationToken)
    {
        foreach (var _ in !MayHaveNaN(Calibration) ? [] : new CheckedSamples(Calibration, CalibrationAt).Read(() => 1))
            cancellationToken.ThrowIfCancellationRequested();
        if (!MayHaveNaN(_samples) || ReferenceEquals(Calibration, _samples) || CheckedSamples.FindNaN(_samples) is null)
            return;
        using var original = OpenOriginal();
        RequireNumbers(original, sequence => CheckedSamples.InputWithNaN(sequence) is not null, cancellationToken);
    }

    /// <summary>What is decoded or random has none, and takes longer to make than to run on.</summary>
    private static bool MayHaveNaN(ISampleSource samples) => samples.Summary.Kind is "npz" or "protobuf";

    /// <summary>What the original computes on the gate's samples.</summary>
    /// <exception cref="CompressException">CT4033: it computes NaN, which no other model can agree with.</exception>
    public ReferenceRuns Reference(OutputRunner original, CancellationToken cancellationToken)
    {
        var runs = ReferenceRuns.Of(original, _samples, cancellationToken);
        if (runs.HasNaN)
            RequireNumbers(original, _ => true, cancellationToken);
        return runs;
    }

    /// <summary>A search: what ONNX Runtime refuses of the calibration samples says in which file they are.</summary>
    public T Searching<T>(Func<T> search)
    {
        try
        {
            return search();
        }
        catch (CompressException error) when (error.Diagnostics[0].Location == CalibrationAt && SampleDiagnostics.IsRefusal(error))
        {
            return SampleDiagnostics.Naming<T>(Calibration.Summary.Path, () => throw error);
        }
    }

    private void RequireNumbers(OutputRunner original, Func<SampleSequence, bool> isSuspect, CancellationToken cancellationToken)
    {
        foreach (var (index, sequence) in _samples.Read(() => 1).Index().Where(sample => isSuspect(sample.Item)))
            CheckedSamples.RequireNumbers(sequence with { File = sequence.File ?? _samples.Summary.Path }, original.Run(sequence, cancellationToken),
                index + 1, _gate.Samples.At, _model);
    }

    /// <summary>Compares a restored model with the original.</summary>
    public OutputsSummary Compare(ReferenceRuns reference, string path, int threads, CancellationToken cancellationToken) =>
        OnRestored(path, session => Summary(reference.Compare(session, _gate.Logits, threads, cancellationToken)), Refused);

    /// <summary>
    /// How far outputs are from the gate: the most that is lost over what may be lost. Up to 1 they pass; infinite when that cannot be said.
    /// </summary>
    public double Violation(OutputsSummary outputs) =>
        outputs.Failure is not null || OutputGate.Incomparable(outputs).Count > 0 ? double.PositiveInfinity
            : OutputGate.Checks(_gate, outputs).Where(check => check.Worst is not null).Select(check => check.Violation)
                .DefaultIfEmpty(HasThresholds ? double.PositiveInfinity : 0).Max();

    /// <summary>Restores the artifact, runs both models, and looks for the weights to blame if a threshold does not hold.</summary>
    /// <exception cref="CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public OutputsSummary Run(string artifactPath, IReadOnlyList<string> lossyWeights, int threads, CancellationToken cancellationToken)
    {
        using var decoded = TrialModel.OfResult(artifactPath, threads, cancellationToken);
        return Run(decoded, lossyWeights, threads, cancellationToken);
    }

    /// <summary>The same for a restored artifact, in which weights may have been exchanged.</summary>
    public OutputsSummary Run(TrialModel decoded, IReadOnlyList<string> lossyWeights, int threads, CancellationToken cancellationToken)
    {
        using var original = OpenOriginal();
        var summary = Compare(original, decoded, threads, cancellationToken);
        if (OutputGate.Incomparable(summary).Count > 0 && CheckedSamples.FindNaN(_samples) is { } found)
            return summary with { NaNInSamples = found };
        return OutputGate.Holds(_gate, summary)
            ? summary
            : summary with { Blame = Blame(original, decoded, [.. lossyWeights.Where(decoded.Has)], cancellationToken) };
    }

    private OutputsSummary Compare(OutputRunner original, TrialModel decoded, int threads, CancellationToken cancellationToken) => OnRestored(
        decoded.Path,
        session => Summary(OutputComparison.Run(original, session, _samples, _gate.Logits, isParallel: threads > 1, cancellationToken)),
        Refused);

    /// <summary>Nothing is known of what a model computes that cannot be run.</summary>
    private OutputsSummary Refused(CompressException error) =>
        Summary(new Comparison(_compared, _gate.Logits)) with { Outputs = [], Labels = null, Failure = SampleDiagnostics.Refusal(error) };

    private OutputsSummary Summary(Comparison comparison) => new(
        _samples.Summary,
        [.. comparison.Outputs.Select(output => output.Summary)],
        comparison.Pooled.Summary,
        [.. _compared.LeftOut.Where(output => output.Reason == LeftOutSummary.NoNumbers).Select(output => output.Name)],
        [])
    {
        Labels = comparison.OnLabels is var (original, decoded) ? new(_gate.Labels!.Array, comparison.LabelledOutput!, original, decoded) : null,
        LeftOut = [.. _compared.LeftOut.Where(output => output.Reason != LeftOutSummary.NoNumbers)],
    };

    private IReadOnlyList<BlameSummary> Blame(OutputRunner original, TrialModel decoded, IReadOnlyList<string> weights,
        CancellationToken cancellationToken)
    {
        var runs = ReferenceRuns.First(original, _samples, BlameSamples, BlameBytes, cancellationToken);
        return BlameSearch.Rank(weights, Measure(), group =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var kept = group.Select(decoded.Read).ToList();
            foreach (var path in group)
                decoded.Write(path, _model.ReadBytes(_model.Weights.Single(weight => weight.Path == path)));
            var error = Measure();
            for (var i = 0; i < group.Count; i++)
                decoded.Write(group[i], kept[i]);
            return error;
        }, BlameBudget);

        SquaredError Measure() => OnRestored(
            decoded.Path,
            session => runs.Compare(session, logits: false, threads: 1, cancellationToken).Pooled.Error,
            _ => new(0, double.PositiveInfinity, 0));
    }
}
