using CompressTasks.Benchmarks.Chaos.Interposition;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>Does something to every call of a run that concerns its outputs, one run for each: an error, or the end of the process.</summary>
/// <param name="verb">What is run.</param>
/// <param name="isForBuild">
/// Whether reports go before the run, and an artifact counts only with the receipt that is written last: then an error leaves the old artifact or
/// the new.
/// </param>
/// <param name="interposer">Does it.</param>
/// <param name="findings">Where what is wrong goes.</param>
internal sealed class CallScenario(Verb verb, bool isForBuild, Interposer interposer, Findings findings)
{
    private const int RunsBetweenWholeRuns = 10;

    private string Log => verb.Folder + ".calls";

    /// <summary>The calls, from a run that nothing is done to.</summary>
    public IReadOnlyList<FileCall> Calls()
    {
        Run(interposer.Watch(verb.Folder, Log));
        return Interposer.Read(Log);
    }

    /// <summary>An error at each of some calls.</summary>
    public ErrorCounts Fail(IReadOnlyList<FileCall> calls, string name, int error)
    {
        var counts = ErrorCounts.None;
        foreach (var (index, call) in calls.Index())
        {
            var outcome = Run(interposer.Hit(verb.Folder, Log, call, error));
            var found = verb.Found(out var isAway);
            counts = Count(counts, outcome, found, isAway, $"{verb.Name}, {name} at {call}");
            if ((index + 1) % RunsBetweenWholeRuns == 0 || index + 1 == calls.Count)
                counts = counts with { Left = counts.Left + KillScenario.LeftAfterWholeRun(verb, findings) };
        }

        return counts;
    }

    /// <summary>The end of the process at each of some calls.</summary>
    public KillCounts Kill(IReadOnlyList<FileCall> calls)
    {
        var counts = KillCounts.None;
        foreach (var (index, call) in calls.Index())
        {
            var outcome = Run(interposer.Hit(verb.Folder, Log, call, error: null));
            var found = verb.Found(out var isAway);
            if (found is null)
                findings.Add($"{verb.Name}, killed at {call}: of no one run: {FolderState.Of(verb.Folder)}");
            counts = counts.With(!outcome.IsDone, found, old: 0, isAway);
            if ((index + 1) % RunsBetweenWholeRuns == 0 || index + 1 == calls.Count)
                counts = counts with { Left = counts.Left + KillScenario.LeftAfterWholeRun(verb, findings) };
        }

        return counts;
    }

    private ToolOutcome Run(IReadOnlyDictionary<string, string> environment)
    {
        verb.Reset(0);
        File.Delete(Log);
        return ToolProgram.Run(verb.Command(1), environment);
    }

    private ErrorCounts Count(ErrorCounts counts, ToolOutcome outcome, int? found, bool isAway, string where)
    {
        counts = counts with { Runs = counts.Runs + 1, Hit = counts.Hit + (Interposer.Read(Log).Any(call => call.IsHit) ? 1 : 0) };
        if (outcome.IsDone && found == 1 && !isAway)
            return counts with { New = counts.New + 1 };
        if (outcome.IsRefused && (isForBuild ? found is not null : found == 0 && !isAway))
            return counts with { Old = counts.Old + 1 };
        findings.Add($"{where}: {outcome}; there is {FolderState.Of(verb.Folder)}");
        return counts with { Wrong = counts.Wrong + 1 };
    }
}
