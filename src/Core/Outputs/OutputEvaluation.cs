using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Outputs.Samples;
using CompressTasks.Quality;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs;

/// <summary>Compares what an artifact computes with what its model computes.</summary>
internal sealed class OutputEvaluation
{
    /// <summary>Samples that the search for the weights to blame runs on, and the bytes of outputs that it may keep.</summary>
    private const int BlameSamples = 8;
    private const long BlameBytes = 64 << 20;

    private readonly OutputGateSpec _gate;
    private readonly OnnxModel _model;
    private readonly string _name;
    private readonly ISampleSource _samples;

    private OutputEvaluation(OutputGateSpec gate, OnnxModel model, string name, ISampleSource samples) =>
        (_gate, _model, _name, _samples) = (gate, model, name, samples);

    /// <summary>The samples' files, as full paths.</summary>
    public IReadOnlyList<string> Files => _samples.Files;

    /// <summary>Opens the samples, checks them against the model, and runs the first: what is wrong is known before the model is compressed.</summary>
    /// <param name="gate">What to compare on.</param>
    /// <param name="folder">What the samples' paths are relative to.</param>
    /// <param name="model">The original.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="CompressException">CT1501 to CT1512: the samples are not there or do not fit, or the model cannot be run.</exception>
    public static OutputEvaluation Prepare(OutputGateSpec gate, string folder, OnnxModel model, string name)
    {
        using var session = OutputSession.Open(model.Path, name, gate);
        if (session.Outputs.Count == 0)
            throw SampleDiagnostics.NoComparableOutput(name, gate.At);
        var samples = SampleSources.Open(gate.Samples, folder, session.Inputs, model);
        session.Run(samples.Read(() => 1).First());
        return new(gate, model, name, samples);
    }

    /// <summary>Restores the artifact, runs both models, and looks for the weights to blame if a threshold does not hold.</summary>
    /// <exception cref="CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public OutputsSummary Run(string artifactPath, IReadOnlyList<string> lossyWeights, int threads, CancellationToken cancellationToken)
    {
        using var decoded = new DecodedModel(artifactPath, threads, cancellationToken);
        return Run(decoded, lossyWeights, threads, cancellationToken);
    }

    /// <summary>The same for a restored artifact, in which weights may have been exchanged.</summary>
    public OutputsSummary Run(DecodedModel decoded, IReadOnlyList<string> lossyWeights, int threads, CancellationToken cancellationToken)
    {
        using var original = OutputSession.Open(_model.Path, _name, _gate);
        var summary = Compare(original, decoded, threads, cancellationToken);
        return OutputGate.Holds(_gate, summary)
            ? summary
            : summary with { Blame = Blame(original, decoded, lossyWeights, cancellationToken) };
    }

    private OutputsSummary Compare(OutputSession original, DecodedModel decoded, int threads, CancellationToken cancellationToken)
    {
        using var session = Open(decoded);
        var outputs = OutputComparison.Run(original, session, _samples, _gate.Logits, isParallel: threads > 1, cancellationToken);
        return new(_samples.Summary, [.. outputs.Select(output => output.Summary)], OutputComparison.Pool(outputs).Summary, original.NotCompared, []);
    }

    private IReadOnlyList<BlameSummary> Blame(OutputSession original, DecodedModel decoded, IReadOnlyList<string> weights, CancellationToken cancellationToken)
    {
        var runs = new List<(IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)>();
        var bytes = 0L;
        foreach (var inputs in _samples.Read(() => 1).Take(BlameSamples))
        {
            runs.Add((inputs, original.Run(inputs)));
            bytes += inputs.Concat(runs[^1].Outputs).Sum(tensor => tensor.Bytes.LongLength);
            if (bytes > BlameBytes)
                break;
        }

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
        });

        SquaredError Measure()
        {
            using var session = Open(decoded);
            var outputs = original.Outputs.Select(name => new OutputStatistics(name, logits: false)).ToList();
            foreach (var (inputs, expected) in runs)
            {
                var found = session.Run(inputs);
                for (var i = 0; i < outputs.Count; i++)
                    outputs[i].Add(expected[i], found[i]);
            }

            return OutputComparison.Pool(outputs).Error;
        }
    }

    private OutputSession Open(DecodedModel decoded) => OutputSession.Open(decoded.Path, $"the restored {_name}", _gate);
}
