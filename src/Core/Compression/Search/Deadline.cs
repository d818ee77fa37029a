using System.Diagnostics;

namespace CompressTasks.Compression.Search;

/// <summary>When a search has to come to an end.</summary>
internal sealed class Deadline(TimeSpan? maxTime)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Whether the time is up; once it is, it stays so.</summary>
    public bool HasPassed => maxTime is { } limit && _clock.Elapsed >= limit;
}
