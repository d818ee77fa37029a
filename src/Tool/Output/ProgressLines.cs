using System.Diagnostics;
using CompressTasks.Compression;

namespace CompressTasks.Tool.Output;

/// <summary>
/// Progress for a log: a line when a phase of a model begins, and one whenever nothing has been said for a while, so that nobody takes a long run for
/// a dead one.
/// </summary>
internal sealed class ProgressLines : IProgress<CompressionProgress>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ToolConsole _console;
    private readonly bool _sayPhases;
    private readonly TimeSpan _silence;
    private readonly Timer _timer;
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private readonly CurrentPhase _phase = new();
    private bool _ended;

    /// <param name="console">Its standard error gets the lines.</param>
    /// <param name="sayPhases">Whether the beginning of a phase is worth a line.</param>
    /// <param name="silence">After how long a line is due.</param>
    public ProgressLines(ToolConsole console, bool sayPhases, TimeSpan silence)
    {
        (_console, _sayPhases, _silence) = (console, sayPhases, silence);
        _timer = new(_ => Beat(), state: null, silence, silence / 4);
    }

    public void Report(CompressionProgress value)
    {
        lock (_lock)
        {
            if (_phase.Update(value) && _sayPhases)
                Write(_phase.Value);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();

        // A beat may be on its way; what comes after the results would be noise.
        lock (_lock)
            _ended = true;
    }

    private void Beat()
    {
        lock (_lock)
        {
            if (!_ended && _phase.Value is { } phase && _sinceLine.Elapsed >= _silence)
                Write(phase);
        }
    }

    private void Write(PhaseProgress phase)
    {
        _sinceLine.Restart();
        var figures = phase.Figures(phase.Elapsed);
        _console.WriteLog(figures.Length == 0 ? phase.Title : $"{phase.Title}, {figures}");
    }
}
