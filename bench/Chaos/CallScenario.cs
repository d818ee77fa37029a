namespace CompressTasks.Benchmarks.Chaos;

/// <summary>Does something to every system call of a run that concerns its outputs, one run for each: an error, or the end of the process.</summary>
/// <param name="verb">What is run.</param>
/// <param name="isForBuild">
/// Whether reports go before the run, and an artifact counts only with the receipt that is written last: then an error leaves the old artifact or
/// the new.
/// </param>
/// <param name="findings">Where what is wrong goes.</param>
internal sealed class CallScenario(Verb verb, bool isForBuild, Findings findings)
{
    private const int Attempts = 2;
    private const int RunsBetweenWholeRuns = 10;

    private string Log => verb.Folder + ".log";

    /// <summary>The calls, from a run that nothing is done to.</summary>
    public IReadOnlyList<FileCall> Calls()
    {
        verb.Reset(0);
        FileCalls.Remove(Log);
        ToolProgram.Run(verb.Command(1), FileCalls.Strace(Log));
        return FileCalls.Read(Log, verb.Folder);
    }

    /// <summary>An error at each of some calls.</summary>
    public ErrorCounts Fail(IReadOnlyList<FileCall> calls, string error)
    {
        var counts = ErrorCounts.None;
        foreach (var (index, planned) in calls.Index())
        {
            var call = planned;
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var outcome = Disturb(call, $"error={error}");
                var found = verb.Found(out var isAway);
                if (FileCalls.WasHit(Log, verb.Folder))
                {
                    counts = Count(counts, outcome, found, isAway, $"{verb.Name}, {error} at {call.Name} {call.Ordinal}");
                    break;
                }

                // Another call of the runtime was in its place, and the runtime itself may end by it.
                if (found is null)
                    findings.Add($"{verb.Name}, {error} at {call.Name} {call.Ordinal}, elsewhere: of no one run: {FolderState.Of(verb.Folder)}");
                call = Again(call);
            }

            if ((index + 1) % RunsBetweenWholeRuns == 0 || index + 1 == calls.Count)
                counts = counts with { Left = counts.Left + KillScenario.LeftAfterWholeRun(verb, findings) };
        }

        return counts;
    }

    /// <summary>The end of the process at each of some calls.</summary>
    public KillCounts Kill(IReadOnlyList<FileCall> calls)
    {
        var counts = KillCounts.None;
        foreach (var (index, planned) in calls.Index())
        {
            var call = planned;
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var outcome = Disturb(call, "signal=SIGKILL");
                var found = verb.Found(out var isAway);
                if (found is null)
                    findings.Add($"{verb.Name}, killed at {call.Name} {call.Ordinal}: of no one run: {FolderState.Of(verb.Folder)}");
                counts = counts.With(!outcome.IsDone, found, old: 0, isAway);
                if (FileCalls.WasKilledAt(Log, verb.Folder))
                    break;
                call = Again(call);
            }

            if ((index + 1) % RunsBetweenWholeRuns == 0 || index + 1 == calls.Count)
                counts = counts with { Left = counts.Left + KillScenario.LeftAfterWholeRun(verb, findings) };
        }

        return counts;
    }

    /// <summary>The same call where it was in the last run, if that came so far.</summary>
    private FileCall Again(FileCall call) => FileCalls.Read(Log, verb.Folder)
        .Where(seen => (seen.Name, seen.Index) == (call.Name, call.Index)).FirstOrDefault(call);

    private ToolOutcome Disturb(FileCall call, string what)
    {
        verb.Reset(0);
        FileCalls.Remove(Log);
        return ToolProgram.Run(verb.Command(1), FileCalls.Strace(
            Log, $"{call.Name}:{what}:when={call.Ordinal}", sendsSignal: what.StartsWith("signal", StringComparison.Ordinal)));
    }

    private ErrorCounts Count(ErrorCounts counts, ToolOutcome outcome, int? found, bool isAway, string where)
    {
        counts = counts with { Hit = counts.Hit + 1 };
        if (outcome.IsDone && found == 1 && !isAway)
            return counts with { New = counts.New + 1 };
        if (outcome.IsRefused && (isForBuild ? found is not null : found == 0 && !isAway))
            return counts with { Old = counts.Old + 1 };
        findings.Add($"{where}: {outcome}; there is {FolderState.Of(verb.Folder)}");
        return counts with { Wrong = counts.Wrong + 1 };
    }
}
