using CompressTasks.Calibration;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Runnable;

/// <summary>Measures on samples which values activations take.</summary>
/// <param name="model">A copy of the model, to which outputs are added.</param>
/// <param name="samples">The samples.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class RangeCollector(ObservedModel model, ISampleSource samples, CancellationToken cancellationToken)
{
    /// <summary>How many ways there are to choose a range.</summary>
    public const int Ways = 3;

    /// <summary>Runs that are looked at.</summary>
    private const int MostRuns = 256;

    /// <summary>Of the values of an activation, what may be clipped on each side.</summary>
    private const double Clipped = 1e-4;

    /// <summary>The ways to choose a range, each with the ranges of all values.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, ActivationRange>> Collect(IReadOnlyList<string> values)
    {
        var histograms = values.ToDictionary(value => value, _ => new ActivationHistogram(), StringComparer.Ordinal);
        using var session = model.Show(values);
        Run(session, values, (histogram, seen) => histogram.See(seen), histograms);
        Run(session, values, (histogram, seen) => histogram.Add(seen), histograms);
        return [.. new Func<ActivationHistogram, ActivationRange>[] { h => h.All(), h => h.Percentile(Clipped), h => h.LeastSquares() }
            .Select(choose => histograms.ToDictionary(pair => pair.Key, pair => choose(pair.Value), StringComparer.Ordinal))];
    }

    private void Run(ModelRunner session, IReadOnlyList<string> values, Action<ActivationHistogram, double[]> take,
        Dictionary<string, ActivationHistogram> histograms)
    {
        var inputs = session.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        List<string> asked = [.. values.Where(value => !inputs.Contains(value))];
        var runs = samples.Read(() => 1).SelectMany(sequence => Rollout.Run(session, sequence, asked, cancellationToken)).Take(MostRuns);
        foreach (var (given, outputs) in runs)
        {
            foreach (var (name, tensor) in asked.Zip(outputs).Concat(given.Select(tensor => (tensor.Name, tensor))))
            {
                if (histograms.TryGetValue(name, out var histogram))
                    take(histogram, tensor.Values());
            }
        }
    }
}
