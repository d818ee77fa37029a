using System.Security.Cryptography;
using CompressTasks.Calibration;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Search;

/// <summary>What calibration samples show of the layers of a model.</summary>
/// <param name="Inputs">Moments of their inputs, and weights coded against these.</param>
/// <param name="Gradients">Moments of the gradients of their outputs, by weight; nothing of those before operators without a known gradient.</param>
internal sealed record LayerCalibration(CollectedMoments Inputs, IReadOnlyDictionary<string, PackedMoments> Gradients)
{
    /// <summary>Samples that the model is run backwards on, and no further one when those before have as many bytes.</summary>
    private const int GradientSamples = 64;
    private const long GradientBytes = 64L << 20;

    /// <summary>Measures.</summary>
    /// <param name="structure">The model without its large payloads.</param>
    /// <param name="searched">The weights whose layers are looked at.</param>
    /// <param name="evaluation">Opens sessions.</param>
    /// <param name="createModel">Writes a model in which every weight is the original one.</param>
    /// <param name="target">What the moments may take.</param>
    /// <param name="samples">The calibration samples.</param>
    /// <param name="threads">At least 1; the result does not depend on it.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    public static LayerCalibration Measure(
        ModelProto structure, IEnumerable<OnnxWeight> searched, OutputGateRunner evaluation, Func<TrialModel> createModel, OutputTargetSpec target,
            ISampleSource samples, int threads, Action<double> progress, CancellationToken cancellationToken)
    {
        var uses = LinearUses.Find(structure.Graph, searched.Select(weight => (weight.Path, weight.Shape)));
        using var trial = createModel();
        var gradients = Backward(structure, uses, evaluation, trial, target, samples, threads, done => progress(0.5 * done), cancellationToken);
        var packed = gradients.ToDictionary(pair => pair.Key, pair => new PackedMoments(pair.Value), StringComparer.Ordinal);
        var start = gradients.Count > 0 ? 0.5 : 0;
        MomentCollector.Expose(trial.Path, MomentCollector.Observable(structure.Graph, uses.Values));
        using var session = evaluation.OpenCopy(trial.Path);
        var collector = new MomentCollector(structure.Graph, target.CalibrationMemory, target.CalibrationBlock, threads, cancellationToken,
            keep: gradients.Count > 0);
        var inputs = collector.Collect(uses, session.Model, () => samples.Read(() => 1), done => progress(start + ((1 - start) * done)));
        return new(inputs with { Sha256 = Sha256(inputs.Sha256, packed) }, packed);
    }

    private static IReadOnlyDictionary<string, SecondMoments> Backward(
        ModelProto structure, IReadOnlyDictionary<string, LinearUse> uses, OutputGateRunner evaluation, TrialModel trial, OutputTargetSpec target,
            ISampleSource samples, int threads, Action<double> progress, CancellationToken cancellationToken)
    {
        using var original = evaluation.OpenOriginal();
        var collector = new GradientCollector(structure, trial.Path, () => evaluation.OpenCopy(trial.Path).Model, original.Compared.Names,
            target.CalibrationMemory, target.CalibrationBlock, threads, cancellationToken);
        try
        {
            return collector.Collect(uses, First(samples), progress);
        }
        catch (CompressException error) when (SampleDiagnostics.IsRefusal(error))
        {
            // A backward graph that ONNX Runtime does not run is as good as none.
            return new Dictionary<string, SecondMoments>();
        }
        finally
        {
            collector.Restore();
        }
    }

    /// <summary>Over the hash of the moments of inputs and all of the gradients.</summary>
    private static string Sha256(string ofInputs, Dictionary<string, PackedMoments> gradients)
    {
        if (gradients.Count == 0)
            return ofInputs;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(ofInputs));
        foreach (var (_, moments) in gradients.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            moments.AppendTo(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static List<SampleSequence> First(ISampleSource samples)
    {
        var first = new List<SampleSequence>();
        foreach (var sample in samples.Read(() => 1))
        {
            first.Add(sample);
            if (first.Count == GradientSamples || first.Sum(sequence => sequence.Bytes) >= GradientBytes)
                break;
        }

        return first;
    }
}
