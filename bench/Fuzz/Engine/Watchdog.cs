using System.Diagnostics;

namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>Looks, on a thread of its own, whether one input takes too long: of a processor, or by the clock where it waits.</summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(50);

    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;

    /// <param name="reading">The number of the input that is being read; null for none.</param>
    /// <param name="processor">What an input may take of a processor.</param>
    /// <param name="clock">What it may take by the clock.</param>
    /// <param name="hangs">Is called once for an input that takes more.</param>
    public Watchdog(Func<long?> reading, TimeSpan processor, TimeSpan clock, Action hangs)
    {
        _thread = new(() => Watch(reading, processor, clock, hangs)) { IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
    }

    private void Watch(Func<long?> reading, TimeSpan processor, TimeSpan clock, Action hangs)
    {
        long? last = null;
        var (time, used) = (Stopwatch.StartNew(), TimeSpan.Zero);
        while (!_end.Wait(_interval))
        {
            var current = reading();
            if (current is null || current != last)
            {
                last = current;
                used = Environment.CpuUsage.TotalTime;
                time.Restart();
            }
            else if (Environment.CpuUsage.TotalTime - used > processor || time.Elapsed > clock)
            {
                hangs();
                last = null;
            }
        }
    }
}
