using System.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>Megabytes (10⁶ bytes) of fp32 weights per second.</summary>
/// <param name="Encode">The whole encoder: the search for the target and every pass.</param>
/// <param name="Decode">From chunks to payloads.</param>
internal sealed record Speed(double Encode, double Decode)
{
    /// <summary>A small model takes milliseconds: it is run again and again for at least this long.</summary>
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(0.5);

    /// <summary>The best of some runs: what disturbs a run only ever makes it slower.</summary>
    public static Speed Measure(WeightSet set, StackSpec stack, int threads, int repetitions)
    {
        var chunks = ProductCoder.Encode(set, stack, threads);
        var encode = Best(repetitions, threads, () => ProductCoder.Encode(set, stack, threads));
        var decode = Best(repetitions, threads, () => ProductCoder.Decode(set, chunks, threads));
        return new(set.SingleBytes / 1e6 / encode, set.SingleBytes / 1e6 / decode);
    }

    private static double Best(int repetitions, int threads, Action run)
    {
        var best = double.PositiveInfinity;
        var whole = Stopwatch.StartNew();
        for (var i = 0; i < repetitions || whole.Elapsed < _shortest; i++)
        {
            // Garbage of the run before is not this run's work.
            GC.Collect();
            var processor = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            run();
            var seconds = watch.Elapsed.TotalSeconds;

            // Work that found its way to another core would flatter the figure for one.
            if (threads == 1)
                seconds = Math.Max(seconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
            best = Math.Min(best, seconds);
        }

        return best;
    }
}
