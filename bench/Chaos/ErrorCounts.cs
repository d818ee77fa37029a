using CompressTasks.Benchmarks.Page;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>What became of runs with an error of the system.</summary>
/// <param name="Runs">How many there were.</param>
/// <param name="Hit">How many of them met it.</param>
/// <param name="Old">Exit code 1 with a number, and what was there before.</param>
/// <param name="New">Exit code 0, and what the run makes.</param>
/// <param name="Wrong">Anything else.</param>
/// <param name="Left">Temporary files after the next whole run.</param>
internal sealed record ErrorCounts(int Runs, int Hit, int Old, int New, int Wrong, int Left)
{
    public static ErrorCounts None { get; } = new(0, 0, 0, 0, 0, 0);

    public static ErrorCounts operator +(ErrorCounts a, ErrorCounts b) =>
        new(a.Runs + b.Runs, a.Hit + b.Hit, a.Old + b.Old, a.New + b.New, a.Wrong + b.Wrong, a.Left + b.Left);

    public static MarkdownTable Table() => new(
        "run", "error", "calls on outputs", "met by the error", "exit code 1, old outputs", "exit code 0, new outputs", "anything else",
        "left after the next run");

    /// <param name="table">Gets a row.</param>
    /// <param name="verb">What was run.</param>
    /// <param name="error">What it met.</param>
    public void AddTo(MarkdownTable table, string verb, string error) =>
        table.Row([verb, error, .. new[] { Runs, Hit, Old, New, Wrong, Left }.Select(figure => Cell.Count(figure))]);
}
