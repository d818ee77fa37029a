using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
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

    private readonly OutputRunner _original;
    private readonly List<KeptRun> _kept;

    /// <summary>Where the runs after those that are kept come from; null when these are all.</summary>
    private readonly ISampleSource? _source;

    private ReferenceRuns(OutputRunner original, List<KeptRun> kept, ISampleSource? source) =>
        (_original, _kept, _source) = (original, kept, source);

    /// <summary>All samples, as many in a run as <see cref="OutputComparison"/> puts there: the sums come out the same.</summary>
    /// <param name="original">The model; must live as long as the result, unless all is kept.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <param name="mostKept">Bytes of inputs and outputs that are kept, about.</param>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static ReferenceRuns Of(OutputRunner original, ISampleSource samples, CancellationToken cancellationToken, long mostKept = MostKeptBytes)
    {
        var size = new RunSize();
        var (kept, isAll) = Keep(original, samples.Read(() => size.Samples), mostKept, size.Learn, cancellationToken);
        return new(original, kept, isAll ? null : samples);
    }

    /// <summary>The first samples, each in a run of its own.</summary>
    /// <param name="original">The model.</param>
    /// <param name="count">How many, at most.</param>
    /// <param name="mostBytes">No further sample when inputs and outputs of those before have as many bytes.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1510: samples cannot be read or run.</exception>
    public static ReferenceRuns First(OutputRunner original, ISampleSource samples, int count, long mostBytes, CancellationToken cancellationToken) =>
        new(original, Keep(original, samples.Read(() => 1).Take(count), mostBytes, (_, _) => { }, cancellationToken,
            samples.At is not { } at ? null : (error, index, sequence) =>
                SampleDiagnostics.RunFailedOn(error, index + 1, sequence.File ?? samples.Summary.Path, at)).Kept, source: null);

    /// <summary>Whether the original computes NaN in a run that is kept.</summary>
    public bool HasNaN => _kept.Exists(run => CheckedSamples.OutputWithNaN(run.Outputs) is not null);

    /// <summary>Whether the original is not run again: then its session may be closed.</summary>
    public bool IsAllKept => _source is null;

    /// <summary>How many runs are kept.</summary>
    public int Count => _kept.Count;

    /// <summary>The samples of the runs that are kept.</summary>
    public IReadOnlyList<SampleSequence> Samples => [.. _kept.Select(run => run.Sequence)];

    /// <summary>The sum of squared deviations from its mean of each output, over the runs that are kept.</summary>
    public IReadOnlyList<double> Totals
    {
        get
        {
            var comparison = new Comparison(_original.Compared, logits: false);
            foreach (var run in _kept)
                comparison.Add(run.Sequence, run.Outputs, run.Outputs);
            return [.. comparison.Outputs.Select(output => output.Error.Total)];
        }
    }

    /// <summary>The outputs that are compared.</summary>
    public IReadOnlyList<string> Outputs => _original.Compared.Names;

    /// <summary>The first of the runs that are kept.</summary>
    public ReferenceRuns Take(int count) => new(_original, [.. _kept.Take(count)], source: null);

    /// <summary>Makes sure that the original computes numbers on the samples that are kept, each in a run of its own.</summary>
    /// <param name="at">Where the spec names the samples.</param>
    /// <param name="model">The original.</param>
    /// <exception cref="Diagnostics.CompressException">CT4033.</exception>
    public ReferenceRuns RequireNumbers(SourceLocation at, OnnxModel model)
    {
        foreach (var (index, run) in _kept.Index())
            CheckedSamples.RequireNumbers(run.Sequence, run.Outputs, index + 1, at, model);
        return this;
    }

    /// <summary>Runs another model on the same samples.</summary>
    /// <returns>What does not depend on the number of threads.</returns>
    /// <exception cref="Diagnostics.CompressException">CT1510: the other model cannot run them.</exception>
    public Comparison Compare(OutputRunner other, bool logits, int threads, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(_original.Compared, logits);
        foreach (var runs in Runs().Chunk(RunsPerThread * threads))
        {
            OrderedParallel.Run(
                runs.Length,
                threads,
                index => (runs[index].Sequence, Expected: runs[index].Outputs ?? _original.Run(runs[index].Sequence, cancellationToken), Found: other.Run(runs[index].Sequence, cancellationToken)),
                (_, run) => comparison.Add(run.Sequence, run.Expected, run.Found),
                cancellationToken);
        }

        return comparison;
    }

    private IEnumerable<(SampleSequence Sequence, IReadOnlyList<IReadOnlyList<TensorValue>>? Outputs)> Runs()
    {
        foreach (var run in _kept)
            yield return (run.Sequence, run.Outputs);

        // The same runs again: those that are kept say how many samples each has.
        var size = new RunSize();
        var index = 0;
        foreach (var sequence in _source?.Read(() => size.Samples) ?? [])
        {
            if (index < _kept.Count)
                size.Learn(sequence, _kept[index].Outputs);
            else
                yield return (sequence, null);
            index++;
        }
    }

    private static (List<KeptRun> Kept, bool IsAll) Keep(
        OutputRunner original,
        IEnumerable<SampleSequence> samples,
        long mostBytes,
        Action<SampleSequence, IReadOnlyList<IReadOnlyList<TensorValue>>> learn,
        CancellationToken cancellationToken,
        Func<CompressException, int, SampleSequence, CompressException>? located = null)
    {
        var kept = new List<KeptRun>();
        var bytes = 0L;
        foreach (var sequence in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (kept.Count > 0 && bytes >= mostBytes)
                return (kept, IsAll: false);
            var outputs = Run(sequence);
            kept.Add(new(sequence, outputs));
            bytes += RunSize.Bytes(sequence, outputs);
            learn(sequence, outputs);
        }

        return (kept, IsAll: true);

        IReadOnlyList<IReadOnlyList<TensorValue>> Run(SampleSequence sequence)
        {
            try
            {
                return original.Run(sequence, cancellationToken);
            }
            catch (CompressException error) when (located is not null && SampleDiagnostics.IsRefusal(error))
            {
                throw located(error, kept.Count, sequence);
            }
        }
    }

    /// <param name="Sequence">The samples.</param>
    /// <param name="Outputs">What is compared, for every step.</param>
    private sealed record KeptRun(SampleSequence Sequence, IReadOnlyList<IReadOnlyList<TensorValue>> Outputs);
}
