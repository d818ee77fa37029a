using CompressTasks.Benchmarks.Page;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>What was there after runs that were killed.</summary>
/// <param name="Runs">How many were started.</param>
/// <param name="Killed">How many of them were killed before their end.</param>
/// <param name="Old">What was there before.</param>
/// <param name="New">What the run makes.</param>
/// <param name="Away">One of both, without the files that refer to the others: reports, or the model itself.</param>
/// <param name="Mixed">Something else.</param>
/// <param name="Left">Temporary files after the next whole run.</param>
internal sealed record KillCounts(int Runs, int Killed, int Old, int New, int Away, int Mixed, int Left)
{
    public static KillCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    public static KillCounts operator +(KillCounts a, KillCounts b) =>
        new(a.Runs + b.Runs, a.Killed + b.Killed, a.Old + b.Old, a.New + b.New, a.Away + b.Away, a.Mixed + b.Mixed, a.Left + b.Left);

    public static MarkdownTable Table() => new(
        "what is killed", "runs", "killed", "old", "new", "reports or model away", "mixed", "left after the next run");

    /// <summary>One more run, by the setting of what it left.</summary>
    public KillCounts With(bool isKilled, int? found, int old, bool isAway)
    {
        var counts = this with { Runs = Runs + 1, Killed = Killed + (isKilled ? 1 : 0) };
        return found is null ? counts with { Mixed = Mixed + 1 }
            : isAway ? counts with { Away = Away + 1 }
            : found == old ? counts with { Old = Old + 1 }
            : counts with { New = New + 1 };
    }

    public void AddTo(MarkdownTable table, string name) =>
        table.Row([name, .. new[] { Runs, Killed, Old, New, Away, Mixed, Left }.Select(count => Cell.Count(count))]);
}
