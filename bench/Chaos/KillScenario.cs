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

    public KillCounts Run(int kills)
    {
        verb.Reset(0);
        KillInstants instants;
        using (var watch = new FolderWatch(verb.Folder))
            instants = KillInstants.Measure(watch, () => ToolProgram.Start(verb.Command(1)), process => ToolProgram.Finish(process), random);
        var counts = KillCounts.None;
        while (counts.Killed < kills)
        {
            for (var i = 0; i < KillsBetweenWholeRuns && counts.Killed < kills; i++)
                counts = Kill(instants, counts);
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

    private KillCounts Kill(KillInstants instants, KillCounts counts)
    {
        var old = counts.Runs / 2 % 2;
        verb.Reset(old);
        using var watch = new FolderWatch(verb.Folder);
        using var process = ToolProgram.Start(verb.Command(1 - old));
        instants.Wait(watch, process, counts.Runs % 4);
        var isKilled = !process.HasExited;
        process.Kill();
        process.WaitForExit();
        var found = verb.Found(out var isAway);
        if (found is null)
            findings.Add($"{verb.Name}, run {counts.Runs}: what is there is of no one run: {FolderState.Of(verb.Folder)}");
        return counts.With(isKilled, found, old, isAway);
    }
}
