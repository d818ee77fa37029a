namespace CompressTasks.Runnable;

/// <summary>Measures on samples which values activations take.</summary>
/// <param name="runs">Shows them.</param>
internal sealed class RangeCollector(ActivationRuns runs)
{
    /// <summary>How many ways there are to choose a range.</summary>
    public const int Ways = 3;

    /// <summary>Of the values of an activation, what may be clipped on each side.</summary>
    private const double Clipped = 1e-4;

    /// <summary>The ways to choose a range, each with the ranges of all values.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, ActivationRange>> Collect(IReadOnlyList<string> values)
    {
        var histograms = values.ToDictionary(value => value, _ => new ActivationHistogram(), StringComparer.Ordinal);
        using var session = runs.Show(values);
        runs.Run(session, values, (name, tensor) => histograms[name].See(tensor.Values()));
        runs.Run(session, values, (name, tensor) => histograms[name].Add(tensor.Values()));
        return [.. new Func<ActivationHistogram, ActivationRange>[] { h => h.All(), h => h.Percentile(Clipped), h => h.LeastSquares() }
            .Select(choose => histograms.ToDictionary(pair => pair.Key, pair => choose(pair.Value), StringComparer.Ordinal))];
    }
}
