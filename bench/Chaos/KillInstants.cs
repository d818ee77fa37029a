using System.Diagnostics;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>Random instants of a run: before it writes, within the milliseconds in which files take their places, and while it writes.</summary>
/// <param name="starting">How long a run takes until there is a first file of its own.</param>
/// <param name="writing">How long from then on.</param>
/// <param name="random">Decides.</param>
internal sealed class KillInstants(TimeSpan starting, TimeSpan writing, Random random)
{
    private static readonly TimeSpan _changing = TimeSpan.FromMilliseconds(4);

    /// <summary>From a run that is let alone.</summary>
    /// <param name="watch">Looks at its outputs.</param>
    /// <param name="start">Starts it.</param>
    /// <param name="finish">Waits for its end.</param>
    /// <param name="random">Decides.</param>
    public static KillInstants Measure(FolderWatch watch, Func<Process> start, Action<Process> finish, Random random)
    {
        var clock = Stopwatch.StartNew();
        using var process = start();
        watch.WaitForFile(process);
        var starting = clock.Elapsed;
        finish(process);
        return new(starting, clock.Elapsed - starting, random);
    }

    /// <summary>Waits for one of them, or for the end of the run.</summary>
    /// <param name="watch">Looks at its outputs since before it was started.</param>
    /// <param name="process">The run.</param>
    /// <param name="kind">0: before it writes; 1: while files take their places; any other: while it writes.</param>
    public void Wait(FolderWatch watch, Process process, int kind)
    {
        switch (kind)
        {
            case 0:
                Wait(process, starting);
                break;
            case 1:
                watch.WaitForChange(process);
                Wait(process, _changing);
                break;
            default:
                watch.WaitForFile(process);
                Wait(process, writing);
                break;
        }
    }

    private void Wait(Process process, TimeSpan longest)
    {
        var clock = Stopwatch.StartNew();
        for (var time = longest * random.NextDouble(); clock.Elapsed < time && !process.HasExited;)
        {
            if ((time - clock.Elapsed).TotalMilliseconds > 2)
                Thread.Sleep(1);
        }
    }
}
