using System.Diagnostics;

namespace CompressTasks.Compression.Search;

/// <summary>When a search has to come to an end.</summary>
internal sealed class Deadline(TimeSpan? maxTime)
{
    /// <summary>How far beyond the end something may go that is worth it, as a share of the whole time.</summary>
    private const double Tolerance = 0.1;

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Whether the time is up; once it is, it stays so.</summary>
    public bool HasPassed => maxTime is { } limit && _clock.Elapsed >= limit;

    /// <summary>What is left; null when there is no end.</summary>
    public TimeSpan? Left => maxTime is { } limit ? limit - _clock.Elapsed : null;

    /// <summary>What it is a part of; itself when it is none.</summary>
    public Deadline Whole { get => field ?? this; private init; }

    /// <summary>Whether something that takes so long would be done in time.</summary>
    public bool HasTimeFor(TimeSpan duration) => maxTime is not { } limit || _clock.Elapsed + duration <= limit * (1 + Tolerance);

    /// <summary>The end of something that may take a share of what is left.</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="reserve">What must be left in any case.</param>
    public Deadline Part(double share, TimeSpan reserve) =>
        new(Left is { } left ? TimeSpan.FromTicks(Math.Max(0, (left - reserve).Ticks)) * share : null) { Whole = Whole };
}
