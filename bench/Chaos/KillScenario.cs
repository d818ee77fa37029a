using System.Diagnostics;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>
/// Kills runs (SIGKILL) at random instants: a quarter before they write anything, half while they write, a quarter within the milliseconds in which
/// files take their places. After some kills there is a run that nobody kills.
/// </summary>
internal sealed class KillScenario(Verb verb, Random random, Findings findings)
{
    /// <summary>What was made within the last second may be somebody's, and stays.</summary>
    public static readonly TimeSpan OldEnough = TimeSpan.FromSeconds(1.1);

    private const int KillsBetweenWholeRuns = 10;

    private static readonly TimeSpan _changing = TimeSpan.FromMilliseconds(4);

    private TimeSpan _starting;
    private TimeSpan _writing;

    public KillCounts Run(int kills)
    {
        Measure();
        var counts = KillCounts.None;
        while (counts.Killed < kills)
        {
            for (var i = 0; i < KillsBetweenWholeRuns && counts.Killed < kills; i++)
                counts = Kill(counts);
            counts = counts with { Left = counts.Left + LeftAfterWholeRun(verb, findings) };
        }

        return counts;
    }

    /// <summary>A whole run after the others.</summary>
    /// <returns>How many temporary files are there still.</returns>
    public static int LeftAfterWholeRun(Verb verb, Findings findings)
    {
        Thread.Sleep(OldEnough);
        var outcome = verb.Run(0);
        if (!outcome.IsDone || !verb.IsWhole(0))
            findings.Add($"{verb.Name}: the next run does not make what it makes elsewhere; {outcome}");
        var left = FolderState.TemporaryIn(verb.Folder);
        if (left.Count > 0)
            findings.Add($"{verb.Name}: left after the next run: {string.Join(", ", left.Select(Path.GetFileName))}");
        return left.Count;
    }

    private void Measure()
    {
        verb.Reset(0);
        using var watch = new FolderWatch(verb.Folder);
        var clock = Stopwatch.StartNew();
        using var process = ToolProgram.Start(verb.Command(1));
        watch.WaitForFile(process);
        _starting = clock.Elapsed;
        process.WaitForExit();
        _writing = clock.Elapsed - _starting;
    }

    private KillCounts Kill(KillCounts counts)
    {
        var old = counts.Runs / 2 % 2;
        verb.Reset(old);
        using var watch = new FolderWatch(verb.Folder);
        using var process = ToolProgram.Start(verb.Command(1 - old));
        switch (counts.Runs % 4)
        {
            case 0:
                Wait(_starting);
                break;
            case 1:
                watch.WaitForChange(process);
                Wait(_changing);
                break;
            default:
                watch.WaitForFile(process);
                Wait(_writing);
                break;
        }

        var isKilled = !process.HasExited;
        process.Kill();
        process.WaitForExit();
        var found = verb.Found(out var isAway);
        if (found is null)
            findings.Add($"{verb.Name}, run {counts.Runs}: what is there is of no one run: {FolderState.Of(verb.Folder)}");
        return counts.With(isKilled, found, old, isAway);

        void Wait(TimeSpan longest)
        {
            var clock = Stopwatch.StartNew();
            for (var time = longest * random.NextDouble(); clock.Elapsed < time && !process.HasExited;)
            {
                if ((time - clock.Elapsed).TotalMilliseconds > 2)
                    Thread.Sleep(1);
            }
        }
    }
}
