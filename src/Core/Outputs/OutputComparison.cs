using CompressTasks.Outputs.Samples;

namespace CompressTasks.Outputs;

/// <summary>Runs two models on the same samples and compares what they compute, run by run.</summary>
internal static class OutputComparison
{
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static Comparison Run(OutputRunner original, OutputRunner decoded, ISampleSource samples, bool logits,
        bool isParallel, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(original.Compared, logits);
        var size = new RunSize();
        foreach (var sequence in samples.Read(() => size.Samples))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var beside = isParallel ? Task.Run(() => decoded.Run(sequence, cancellationToken), CancellationToken.None) : null;
            IReadOnlyList<IReadOnlyList<TensorValue>> expected;
            try
            {
                expected = original.Run(sequence, cancellationToken);
            }
            catch
            {
                // The session must not be disposed under a run.
                if (beside is not null)
                    ((IAsyncResult)beside).AsyncWaitHandle.WaitOne();
                throw;
            }

            comparison.Add(sequence, expected, beside is null ? decoded.Run(sequence, cancellationToken) : beside.GetAwaiter().GetResult());
            size.Learn(sequence, expected);
        }

        return comparison;
    }
}
