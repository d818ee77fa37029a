using CompressTasks.Outputs.Samples;

namespace CompressTasks.Outputs;

/// <summary>Runs two models on the same samples and compares what they compute, run by run.</summary>
internal static class OutputComparison
{
    /// <summary>Inputs and outputs of one run, in bytes: what is alive at a time. A single sample may be larger.</summary>
    private const long RunBytes = 4 << 20;
    private const int MostSamples = 64;

    /// <returns>The statistics of every output, in the session's order.</returns>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static IReadOnlyList<OutputStatistics> Run(OutputSession original, OutputSession decoded, ISampleSource samples, bool logits, bool isParallel, CancellationToken cancellationToken)
    {
        var statistics = original.Outputs.Select(name => new OutputStatistics(name, logits)).ToList();
        var samplesPerRun = 1;
        foreach (var inputs in samples.Read(() => samplesPerRun))
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

            // The first run has one sample and shows how large one is.
            if (samplesPerRun == 1)
                samplesPerRun = (int)Math.Clamp(RunBytes / Math.Max(1, inputs.Concat(expected).Sum(tensor => tensor.Bytes.LongLength)), 1, MostSamples);
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
