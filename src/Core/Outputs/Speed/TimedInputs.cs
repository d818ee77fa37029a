using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Outputs.Speed;

/// <summary>The inputs of runs that are timed, as ONNX Runtime takes them. Steps of a sequence have the state that the original came to.</summary>
internal sealed class TimedInputs : IDisposable
{
    private const int MostRuns = 64;
    private const long MostBytes = 64L << 20;

    private TimedInputs(SampleSourceSummary source, IReadOnlyList<IReadOnlyList<TensorValue>> runs)
    {
        (Source, Tensors) = (source, runs);
        Runs = [.. runs.Select(run => new TimedRun(run))];
    }

    public SampleSourceSummary Source { get; }

    /// <summary>The same as they came.</summary>
    public IReadOnlyList<IReadOnlyList<TensorValue>> Tensors { get; }

    public IReadOnlyList<TimedRun> Runs { get; }

    /// <summary>The first samples.</summary>
    /// <param name="original">Computes the state of sequences.</param>
    /// <param name="samples">At least one.</param>
    /// <param name="batch">Samples of a run, where the model takes several.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="Diagnostics.CompressException">Samples cannot be read, or the original refuses them.</exception>
    public static TimedInputs Of(ModelRunner original, ISampleSource samples, int batch, CancellationToken cancellationToken)
    {
        var runs = new List<IReadOnlyList<TensorValue>>();
        var bytes = 0L;
        foreach (var (inputs, _) in samples.Read(() => batch).SelectMany(sequence => Rollout.Run(original, sequence, [], cancellationToken)))
        {
            runs.Add(inputs);
            bytes += inputs.Sum(input => input.Bytes.LongLength);
            if (runs.Count == MostRuns || bytes >= MostBytes)
                break;
        }

        return new(samples.Summary, runs);
    }

    public void Dispose()
    {
        foreach (var run in Runs)
            run.Dispose();
    }
}

/// <summary>The inputs of one run.</summary>
/// <param name="inputs">As they came.</param>
internal sealed class TimedRun(IReadOnlyList<TensorValue> inputs) : IDisposable
{
    public IReadOnlyList<string> Names { get; } = [.. inputs.Select(input => input.Name)];

    public IReadOnlyList<OrtValue> Values { get; } = [.. inputs.Select(ModelRunner.ToOrtValue)];

    public void Dispose()
    {
        foreach (var value in Values)
            value.Dispose();
    }
}
