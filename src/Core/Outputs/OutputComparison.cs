using CompressTasks.Outputs.Samples;

namespace CompressTasks.Outputs;

/// <summary>Runs two models on the same samples and compares what they compute, run by run.</summary>
internal static class OutputComparison
{
    /// <returns>The statistics of every compared output.</returns>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static IReadOnlyList<OutputStatistics> Run(OutputRunner original, OutputRunner decoded, ISampleSource samples, bool logits,
        bool isParallel, CancellationToken cancellationToken)
    {
        var statistics = Statistics(original.Compared, logits);
        var size = new RunSize();
        foreach (var sequence in samples.Read(() => size.Samples))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var beside = isParallel ? Task.Run(() => decoded.Run(sequence), CancellationToken.None) : null;
            IReadOnlyList<IReadOnlyList<TensorValue>> expected;
            try
            {
                expected = original.Run(sequence);
            }
            catch
            {
                // The session must not be disposed under a run.
                if (beside is not null)
                    ((IAsyncResult)beside).AsyncWaitHandle.WaitOne();
                throw;
            }

            Add(statistics, expected, beside is null ? decoded.Run(sequence) : beside.GetAwaiter().GetResult());
            size.Learn(sequence, expected);
        }

        return statistics;
    }

    /// <summary>Of nothing, for every output.</summary>
    public static IReadOnlyList<OutputStatistics> Statistics(ComparedOutputs compared, bool logits) =>
        [.. compared.Names.Select(name => new OutputStatistics(name, logits))];

    /// <summary>Adds what two models gave for a sequence, step by step.</summary>
    public static void Add(IReadOnlyList<OutputStatistics> statistics, IReadOnlyList<IReadOnlyList<TensorValue>> expected,
        IReadOnlyList<IReadOnlyList<TensorValue>> found)
    {
        for (var step = 0; step < expected.Count; step++)
        {
            for (var i = 0; i < statistics.Count; i++)
                statistics[i].Add(expected[step][i], found[step][i]);
        }
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
