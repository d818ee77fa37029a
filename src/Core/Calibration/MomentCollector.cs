using System.Security.Cryptography;
using CompressTasks.Memory;
using CompressTasks.Outputs.Samples;
using CompressTasks.Threading;

namespace CompressTasks.Calibration;

/// <summary>
/// Runs a model on samples with the inputs of its linear layers as additional outputs, and adds up their second moments. No activation outlives its
/// run.
/// </summary>
/// <param name="paths">The model.</param>
/// <param name="limits">How far moments are taken.</param>
/// <param name="file">Where couplings go when they do not fit into memory together.</param>
/// <param name="cancellationToken">Stops between runs, and in adding up.</param>
/// <param name="keep">Whether moments are kept besides what they are factorized to.</param>
internal sealed class MomentCollector(
    ModelPaths paths, MomentLimits limits, CouplingFile file, CancellationToken cancellationToken, bool keep = false)
{
    /// <summary>Of the time of a pass, about what its runs take; the rest is factorizing.</summary>
    private const double ShareOfRuns = 0.8;

    /// <summary>The moments of a pass must not be there still when those of the next are taken.</summary>
    private readonly MemoryPressure _garbage = new(long.MaxValue);
    private readonly WorkerPool _threads = new(limits.Threads);

    /// <summary>Collects the moments of all uses, and factorizes them.</summary>
    /// <param name="uses">By weight.</param>
    /// <param name="samples">Read as often as there are passes.</param>
    /// <param name="isTimeUp">Asked between runs: when it is, what was added up until then has to do, and what was not begun is left out.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    public CollectedMoments Collect(IReadOnlyDictionary<string, WeightUse> uses, ISampleSource samples, Func<bool> isTimeUp, Action<double> progress)
    {
        var measurements = uses.Where(use => use.Value.OnPaths.Index().All(path => paths.CanShow(path.Index, path.Item)))
            .GroupBy(use => use.Value.Key, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new LayerMeasurement([.. group], limits, Run)).ToList();
        var calibrated = new Dictionary<string, CalibratedWeight>(StringComparer.Ordinal);
        var kept = new List<KeptMoments>();
        var late = new List<string>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var plan = MomentPasses.Of(measurements, limits, keep ? MomentLimits.CopiesOfTwoSides : 1,
            tensors => paths.SizesOf(tensors, samples, cancellationToken));
        using var shared = plan.Shown is { } tensors ? paths.Show(tensors) : null;
        foreach (var (index, pass) in plan.Passes.Index())
        {
            if (index > 0 && isTimeUp())
            {
                late.AddRange(pass.SelectMany(measurement => measurement.Uses).Select(use => use.Key));
                continue;
            }

            using var own = shared is null ? paths.Show(pass.SelectMany(measurement => measurement.Tensors).Distinct()) : null;
            Measure(pass, (shared ?? own)!, samples, isTimeUp, share => progress((index + (ShareOfRuns * share)) / plan.Passes.Count));
            foreach (var (measurement, moments, factor) in Factorize(pass, plan.IsInMemory))
            {
                hash.AppendData(moments);
                if (factor is null)
                    continue;
                foreach (var (weight, use) in measurement.Uses)
                    calibrated[weight] = new(use.Layout, factor);
                if (measurement.Kept is { } packed)
                    kept.Add(new([.. measurement.Uses.Select(use => (use.Key, use.Value.Layout))], packed, measurement.LeastDamping));
            }

            progress((index + 1.0) / plan.Passes.Count);
            if (!plan.IsInMemory)
                _garbage.Release(pass.Sum(measurement => measurement.Bytes));
        }

        return new(calibrated, Convert.ToHexStringLower(hash.GetHashAndReset())) { Kept = kept, Late = late };
    }

    private void Measure(IReadOnlyList<LayerMeasurement> pass, PathSessions sessions, ISampleSource samples, Func<bool> isTimeUp,
        Action<double> progress)
    {
        foreach (var measurement in pass)
            measurement.Begin();
        var asked = new Dictionary<int, IReadOnlyList<string>>();
        var (run, done) = (0L, 0);
        foreach (var sequence in samples.Read(() => 1))
        {
            var share = 1.0 / samples.Summary.Count / sequence.Steps.Count;
            foreach (var (path, inputs, outputs) in sessions.Run(sequence, run, Asked, cancellationToken))
            {
                if (path is { } taken)
                {
                    var byName = asked[taken].Zip(outputs).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
                    foreach (var input in inputs)
                        byName[input.Name] = input;
                    Run(pass.Count, index => pass[index].Add(byName, taken, run, share));
                }

                run++;
                if (isTimeUp())
                    return;
            }

            progress((double)++done / samples.Summary.Count);
        }

        IReadOnlyList<string> Asked(int path)
        {
            if (!asked.TryGetValue(path, out var names))
            {
                var own = sessions[path].Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
                asked[path] = names = [.. pass.SelectMany(measurement => measurement.TensorsOn(path)).Distinct().Where(name => !own.Contains(name))];
            }

            return names;
        }
    }

    private IReadOnlyList<(LayerMeasurement Measurement, byte[] Moments, InputCovarianceFactor? Factor)> Factorize(
        IReadOnlyList<LayerMeasurement> pass, bool isInMemory)
    {
        var factors = new (byte[] Moments, InputCovarianceFactor? Factor)[pass.Count];
        if (isInMemory)
        {
            Run(pass.Count, index => factors[index] = pass[index].Finish(file: null, keep));
        }
        else
        {
            // One matrix at a time: threads share it.
            for (var index = 0; index < pass.Count; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                factors[index] = pass[index].Finish(file, keep);
            }
        }

        return [.. pass.Zip(factors, (measurement, factor) => (measurement, factor.Moments, factor.Factor))];
    }

    private void Run(int count, Action<int> piece)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _threads.Run(count, piece);
    }
}
