namespace CompressTasks.Outputs.Speed;

/// <summary>Runs two sessions in turns on the same inputs, the one that was second before now first.</summary>
internal sealed class PairedRuns
{
    private const int MostWarmUpRuns = 10;
    private const int MostRunsOfATime = 1000;

    /// <summary>Shorter times would be those of the clock and of the scheduler.</summary>
    private static readonly TimeSpan _shortestTime = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(200);

    private readonly TimedSession _original;
    private readonly TimedSession _restored;
    private readonly TimedInputs _inputs;
    private readonly CancellationToken _cancellationToken;
    private readonly int _repeats;

    /// <summary>Runs both a few times.</summary>
    /// <exception cref="Diagnostics.CompressException">CT1510: ONNX Runtime cannot run one of them.</exception>
    public PairedRuns(TimedSession original, TimedSession restored, TimedInputs inputs, CancellationToken cancellationToken)
    {
        (_original, _restored, _inputs, _cancellationToken) = (original, restored, inputs, cancellationToken);
        var shortest = Math.Max(1, Math.Min(WarmUp(original).Ticks, WarmUp(restored).Ticks));
        _repeats = (int)Math.Clamp((_shortestTime.Ticks + shortest - 1) / shortest, 1, MostRunsOfATime);
    }

    /// <summary>Adds a pair.</summary>
    /// <exception cref="Diagnostics.CompressException">CT1510: ONNX Runtime cannot run one of them.</exception>
    public void Add(PairedTimes pairs)
    {
        var start = pairs.Count * _repeats;
        var isOriginalFirst = pairs.Count % 2 == 0;
        var first = Time(isOriginalFirst ? _original : _restored, start);
        var second = Time(isOriginalFirst ? _restored : _original, start);
        pairs.Add(isOriginalFirst ? first : second, isOriginalFirst ? second : first);
    }

    /// <returns>Milliseconds of a run; of several, the median: the system may take the processor away in one of them.</returns>
    private double Time(TimedSession session, int start)
    {
        var times = new double[_repeats];
        for (var i = 0; i < _repeats; i++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            times[i] = session.Run(_inputs.Runs[(start + i) % _inputs.Runs.Count]).TotalMilliseconds;
        }

        return PairedTimes.Quantile(times, 0.5);
    }

    /// <returns>The shortest run.</returns>
    private TimeSpan WarmUp(TimedSession session)
    {
        var (shortest, time) = (TimeSpan.MaxValue, TimeSpan.Zero);
        for (var i = 0; i < 2 || (i < MostWarmUpRuns && time < _warmUp); i++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var run = session.Run(_inputs.Runs[i % _inputs.Runs.Count]);
            time += run;
            shortest = run < shortest ? run : shortest;
        }

        return shortest;
    }
}
