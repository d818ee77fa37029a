using CompressTasks.Outputs.Samples;
using CompressTasks.Threading;

namespace CompressTasks.Outputs;

/// <summary>
/// What a model computes on samples, kept as far as memory allows, so that many other models can be compared with it. The rest of the samples is read
/// and computed again each time.
/// </summary>
internal sealed class ReferenceRuns
{
    /// <summary>Inputs and outputs that are kept.</summary>
    private const long MostKeptBytes = 256L << 20;

    /// <summary>Runs of one comparison that are on their way at a time, for each thread.</summary>
    private const int RunsPerThread = 4;

    private readonly ModelRunner _original;
    private readonly List<(IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)> _kept;

    /// <summary>Where the runs after those that are kept come from; null when these are all.</summary>
    private readonly ISampleSource? _source;

    private ReferenceRuns(ModelRunner original, List<(IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)> kept,
        ISampleSource? source) =>
        (_original, _kept, _source) = (original, kept, source);

    /// <summary>All samples, as many in a run as <see cref="OutputComparison"/> puts there: the sums come out the same.</summary>
    /// <param name="original">The model; must live as long as the result.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <param name="mostKept">Bytes of inputs and outputs that are kept, about.</param>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static ReferenceRuns Of(ModelRunner original, ISampleSource samples, CancellationToken cancellationToken, long mostKept = MostKeptBytes)
    {
        var size = new RunSize();
        var (kept, isAll) = Keep(original, samples.Read(() => size.Samples), mostKept, size.Learn, cancellationToken);
        return new(original, kept, isAll ? null : samples);
    }

    /// <summary>The first samples, each in a run of its own.</summary>
    /// <param name="original">The model; must live as long as the result.</param>
    /// <param name="count">How many, at most.</param>
    /// <param name="mostBytes">No further sample when inputs and outputs of those before have as many bytes.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static ReferenceRuns First(ModelRunner original, ISampleSource samples, int count, long mostBytes, CancellationToken cancellationToken) =>
        new(original, Keep(original, samples.Read(() => 1).Take(count), mostBytes, (_, _) => { }, cancellationToken).Kept, source: null);

    /// <summary>Runs another model on the same samples.</summary>
    /// <returns>The statistics of every output, in the original's order. They do not depend on the number of threads.</returns>
    /// <exception cref="Diagnostics.CompressException">CT1510: the other model cannot run them.</exception>
    public IReadOnlyList<OutputStatistics> Compare(ModelRunner other, bool logits, int threads, CancellationToken cancellationToken)
    {
        var statistics = _original.Outputs.Select(name => new OutputStatistics(name, logits)).ToList();
        foreach (var runs in Runs().Chunk(RunsPerThread * threads))
        {
            OrderedParallel.Run(
                runs.Length,
                threads,
                index => (Expected: runs[index].Outputs ?? _original.Run(runs[index].Inputs), Found: other.Run(runs[index].Inputs)),
                (_, run) =>
                {
                    for (var i = 0; i < statistics.Count; i++)
                        statistics[i].Add(run.Expected[i], run.Found[i]);
                },
                cancellationToken);
        }

        return statistics;
    }

    private IEnumerable<(IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue>? Outputs)> Runs()
    {
        foreach (var run in _kept)
            yield return run;

        // The same runs again: those that are kept say how many samples each has.
        var size = new RunSize();
        var index = 0;
        foreach (var inputs in _source?.Read(() => size.Samples) ?? [])
        {
            if (index < _kept.Count)
                size.Learn(inputs, _kept[index].Outputs);
            else
                yield return (inputs, null);
            index++;
        }
    }

    private static (List<(IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)> Kept, bool IsAll) Keep(
        ModelRunner original,
        IEnumerable<IReadOnlyList<TensorValue>> samples,
        long mostBytes,
        Action<IReadOnlyList<TensorValue>, IReadOnlyList<TensorValue>> learn,
        CancellationToken cancellationToken)
    {
        var kept = new List<(IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)>();
        var bytes = 0L;
        foreach (var inputs in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (kept.Count > 0 && bytes >= mostBytes)
                return (kept, IsAll: false);
            var outputs = original.Run(inputs);
            kept.Add((inputs, outputs));
            bytes += inputs.Concat(outputs).Sum(tensor => tensor.Bytes.LongLength);
            learn(inputs, outputs);
        }

        return (kept, IsAll: true);
    }
}
