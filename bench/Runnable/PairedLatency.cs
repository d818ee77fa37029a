using CompressTasks.Outputs;
using CompressTasks.Outputs.Speed;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>
/// How long runs of two models take, in turns in one process, on one thread: of the processor's time, which does not grow when others want it too.
/// </summary>
/// <param name="Milliseconds">The median of the second model's runs.</param>
/// <param name="Speed">The median of the first model's time over the second's, of runs that follow each other.</param>
/// <param name="LowerQuarter">A quarter of these are below.</param>
/// <param name="UpperQuarter">A quarter of these are above.</param>
internal sealed record PairedLatency(double Milliseconds, double Speed, double LowerQuarter, double UpperQuarter)
{
    private const int Warm = 3;

    /// <param name="original">The first model.</param>
    /// <param name="other">The second model.</param>
    /// <param name="inputs">Of every run.</param>
    /// <param name="pairs">Runs of each.</param>
    public static PairedLatency Measure(string original, string other, IReadOnlyList<TensorValue> inputs, int pairs)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        using var first = new InferenceSession(original, options);
        using var second = new InferenceSession(other, options);
        var (times, ratios) = (new List<double>(), new List<double>());
        for (var i = 0; i < Warm + pairs; i++)
        {
            // Who comes first has the caches of the other.
            var (a, b) = i % 2 == 0 ? (Time(first, inputs), Time(second, inputs)) : Swapped(Time(second, inputs), Time(first, inputs));
            if (i < Warm)
                continue;
            times.Add(b);
            ratios.Add(a / b);
        }

        return new(Quantile(times, 0.5), Quantile(ratios, 0.5), Quantile(ratios, 0.25), Quantile(ratios, 0.75));
    }

    private static (double First, double Second) Swapped(double second, double first) => (first, second);

    private static double Time(InferenceSession session, IReadOnlyList<TensorValue> inputs)
    {
        var values = inputs.Select(input =>
        {
            var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)input.Type, [.. input.Shape]);
            input.Bytes.CopyTo(value.GetTensorMutableRawData());
            return value;
        }).ToList();
        try
        {
            using var run = new RunOptions();
            // This thread does all of a run.
            var start = ThreadClock.Now;
            using var outputs = session.Run(run, [.. inputs.Select(input => input.Name)], values, session.OutputNames);
            return (ThreadClock.Now - start).TotalMilliseconds;
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    private static double Quantile(List<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)Math.Round(share * (sorted.Count - 1))];
    }
}
