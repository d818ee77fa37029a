using CompressTasks.Compression;
using CompressTasks.Outputs.Samples;

namespace CompressTasks.Outputs;

/// <summary>
/// What a model computes on samples, kept as far as memory allows, so that many other models can be compared with it. What is not kept is computed again.
/// </summary>
internal sealed class ReferenceRuns
{
    /// <summary>Inputs and outputs that are kept.</summary>
    private const long MostKeptBytes = 256L << 20;

    /// <summary>Runs of one comparison that are on their way at a time, for each thread.</summary>
    private const int RunsPerThread = 4;

    private readonly OutputSession _original;
    private readonly List<(IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue>? Outputs)> _runs = [];

    private ReferenceRuns(OutputSession original) => _original = original;

    /// <summary>How many runs there are.</summary>
    public int Count => _runs.Count;

    /// <summary>All samples, as many in a run as <see cref="OutputComparison"/> puts there: the sums come out the same.</summary>
    /// <param name="original">The model; must live as long as the result.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static ReferenceRuns Of(OutputSession original, ISampleSource samples, CancellationToken cancellationToken)
    {
        var runs = new ReferenceRuns(original);
        var size = new RunSize();
        runs.Add(samples.Read(() => size.Samples), size, MostKeptBytes, cancellationToken);
        return runs;
    }

    /// <summary>The first samples, each in a run of its own.</summary>
    /// <param name="original">The model; must live as long as the result.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="count">How many, at most.</param>
    /// <param name="mostBytes">No further sample when inputs and outputs of those before have as many bytes.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static ReferenceRuns First(OutputSession original, ISampleSource samples, int count, long mostBytes, CancellationToken cancellationToken)
    {
        var runs = new ReferenceRuns(original);
        runs.Add(samples.Read(() => 1).Take(count), size: null, mostBytes, cancellationToken);
        return runs;
    }

    /// <summary>Runs another model on the same samples.</summary>
    /// <returns>The statistics of every output, in the original's order. They do not depend on the number of threads.</returns>
    /// <exception cref="Diagnostics.CompressException">CT1510: the other model cannot run them.</exception>
    public IReadOnlyList<OutputStatistics> Compare(OutputSession other, bool logits, int threads, CancellationToken cancellationToken)
    {
        var statistics = _original.Outputs.Select(name => new OutputStatistics(name, logits)).ToList();
        var atATime = RunsPerThread * threads;
        for (var start = 0; start < _runs.Count; start += atATime)
        {
            var first = start;
            OrderedParallel.Run(
                Math.Min(atATime, _runs.Count - start),
                threads,
                index =>
                {
                    var (inputs, outputs) = _runs[first + index];
                    return (Expected: outputs ?? _original.Run(inputs), Found: other.Run(inputs));
                },
                (_, run) =>
                {
                    for (var i = 0; i < statistics.Count; i++)
                        statistics[i].Add(run.Expected[i], run.Found[i]);
                },
                cancellationToken);
        }

        return statistics;
    }

    private void Add(IEnumerable<IReadOnlyList<TensorValue>> samples, RunSize? size, long mostBytes, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        foreach (var inputs in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isKept = bytes < mostBytes;
            if (!isKept && size is null)
                return;
            var outputs = isKept ? _original.Run(inputs) : null;
            _runs.Add((inputs, outputs));
            if (outputs is null)
                continue;
            bytes += inputs.Concat(outputs).Sum(tensor => tensor.Bytes.LongLength);
            size?.Learn(inputs, outputs);
        }
    }
}
