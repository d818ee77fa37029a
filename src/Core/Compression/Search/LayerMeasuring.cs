using System.Security.Cryptography;
using CompressTasks.Calibration;
using CompressTasks.Diagnostics;
using CompressTasks.Memory;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Compression.Search;

/// <summary>
/// Runs a model on calibration samples, forwards and backwards, to see what its layers meet, and what is made of what they put out.
/// </summary>
/// <param name="structure">The model without its large payloads.</param>
/// <param name="evaluation">Opens sessions.</param>
/// <param name="createModel">Writes a model in which every weight is the original one.</param>
/// <param name="ownerOf">For the path of a weight that of the one that stands for its values.</param>
/// <param name="limits">How far moments are taken.</param>
/// <param name="couplings">Where moments and couplings go when they do not fit into memory together.</param>
/// <param name="deadline">When it has to come to an end: without gradients if there is no time for them.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class LayerMeasuring(ModelProto structure, OutputGateRunner evaluation, Func<TrialModel> createModel, Func<string, string> ownerOf,
    MomentLimits limits, CouplingFile couplings, Deadline deadline, CancellationToken cancellationToken)
{
    /// <summary>Samples that the model is run backwards on, and no further one when those before have as many bytes.</summary>
    private const int GradientSamples = 64;
    private const long GradientBytes = 64L << 20;

    /// <summary>Of the progress, and at most of the time, what gradients take.</summary>
    private const double GradientShare = 0.5;

    /// <summary>Of the progress, what finding the paths through a model takes.</summary>
    private const double PathShare = 0.1;

    /// <summary>Measures.</summary>
    /// <param name="searched">The weights whose layers are looked at.</param>
    /// <param name="samples">The calibration samples.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    public LayerCalibration Run(IEnumerable<OnnxWeight> searched, ISampleSource samples, Action<double> progress)
    {
        using var trial = createModel();
        var paths = Paths(trial, samples, done => progress(PathShare * done));
        var begun = paths.Runs is null ? 0 : PathShare;
        void Report(double done) => progress(begun + ((1 - begun) * done));
        List<OnnxWeight> weights = [.. searched];
        var uses = paths.Uses(weights.Select(weight => (weight.Path, weight.Shape)));
        var gradients = Backward(uses, paths, samples, done => Report(GradientShare * done));
        new MemoryPressure(long.MaxValue).Release(0);
        var start = gradients.Count > 0 ? GradientShare : 0;
        var inputs = new MomentCollector(paths, limits, couplings, cancellationToken, keep: gradients.Count > 0)
            .Collect(uses, samples, () => deadline.HasPassed, done => Report(start + ((1 - start) * done)));
        return new(inputs with { Sha256 = Sha256(inputs.Sha256, gradients) }, gradients)
        {
            Untaken = [.. weights.Select(weight => weight.Path).Where(paths.Untaken.Contains)],
        };
    }

    /// <summary>A model that ONNX Runtime does not run without its branches is observed as it is.</summary>
    private ModelPaths Paths(TrialModel trial, ISampleSource samples, Action<double> progress)
    {
        var whole = new ObservedModel(structure, trial.Path, () => evaluation.OpenExtended(trial.Path));
        if (!PathFinder.HasPaths(structure))
            return new(whole);
        try
        {
            return new PathFinder(trial.Path, ownerOf, evaluation.OpenExtended, cancellationToken)
                .Find(samples, () => deadline.HasPassed, progress) ?? new(whole);
        }
        catch (CompressException error) when (SampleDiagnostics.IsRefusal(error))
        {
            return new(whole);
        }
    }

    private IReadOnlyDictionary<string, PackedMoments> Backward(
        IReadOnlyDictionary<string, WeightUse> uses, ModelPaths paths, ISampleSource samples, Action<double> progress)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (deadline.Left is { } left)
            time.CancelAfter(TimeSpan.FromTicks(Math.Max(0, left.Ticks)) * GradientShare);
        var backward = new BackwardModel(paths, evaluation.ComparedNames, time.Token);
        try
        {
            return new GradientCollector(backward, limits, couplings, time.Token).Collect(uses, First(samples), progress);
        }
        catch (CompressException error) when (SampleDiagnostics.IsRefusal(error))
        {
            // A backward graph that ONNX Runtime does not run is as good as none.
            return new Dictionary<string, PackedMoments>();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Dictionary<string, PackedMoments>();
        }
        finally
        {
            backward.Restore();
        }
    }

    /// <summary>Over the hash of the moments of inputs and all of the gradients.</summary>
    private static string Sha256(string ofInputs, IReadOnlyDictionary<string, PackedMoments> gradients)
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
