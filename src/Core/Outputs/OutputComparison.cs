using CompressTasks.Outputs.Samples;

namespace CompressTasks.Outputs;

/// <summary>Runs two models on the same samples and compares what they compute, run by run.</summary>
internal static class OutputComparison
{
    /// <returns>The statistics of every output, in the session's order.</returns>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static IReadOnlyList<OutputStatistics> Run(ModelRunner original, ModelRunner decoded, ISampleSource samples, bool logits, bool isParallel,
        CancellationToken cancellationToken)
    {
        var statistics = original.Outputs.Select(name => new OutputStatistics(name, logits)).ToList();
        var size = new RunSize();
        foreach (var inputs in samples.Read(() => size.Samples))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var beside = isParallel ? Task.Run(() => decoded.Run(inputs), CancellationToken.None) : null;
            IReadOnlyList<TensorValue> expected;
            try
            {
                expected = original.Run(inputs);
            }
            catch
            {
                // The session must not be disposed under a run.
                if (beside is not null)
                    ((IAsyncResult)beside).AsyncWaitHandle.WaitOne();
                throw;
            }

            var found = beside is null ? decoded.Run(inputs) : beside.GetAwaiter().GetResult();
            for (var i = 0; i < statistics.Count; i++)
                statistics[i].Add(expected[i], found[i]);
            size.Learn(inputs, expected);
        }

        return statistics;
    }

    /// <summary>All outputs taken together.</summary>
    public static OutputStatistics Pool(IEnumerable<OutputStatistics> outputs)
    {
        var pooled = new OutputStatistics("pooled", logits: false);
        foreach (var output in outputs)
            pooled.Pool(output);
        return pooled;
    }
}
