using System.Diagnostics;

namespace CompressTasks.Tool.Tests.Watching;

/// <summary><c>dotnet compress … --watch</c> as a process, which is asked what it has said since the last question.</summary>
internal sealed class WatchedTool : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private int _read;

    public WatchedTool(string folder, params string[] args) : this(ToolProcess.Start(folder, [.. args, "--watch"]))
    {
    }

    public WatchedTool(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, e) => Append(e.Data);
        _process.ErrorDataReceived += (_, e) => Append(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it says up to the line with which it waits, and a moment longer: standard output has a way of its own.</summary>
    public async Task<string> UntilItWaits()
    {
        var clock = Stopwatch.StartNew();
        while (Unread().FindIndex(line => line.StartsWith("watching ", StringComparison.Ordinal)) < 0)
        {
            if (_process.HasExited || clock.Elapsed > _patience)
                throw new TimeoutException($"It does not wait, but said:\n{string.Join('\n', _lines)}");
            await Task.Delay(50);
        }

        await Task.Delay(100);
        var said = Unread();
        _read += said.Count;
        return string.Join('\n', said);
    }

    /// <summary>What it says within a time in which it should not say anything.</summary>
    public async Task<string> Meanwhile(TimeSpan time)
    {
        await Task.Delay(time);
        return string.Join('\n', Unread());
    }

    public async Task<int> EndWith(string signal)
    {
        using (var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(_patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private List<string> Unread()
    {
        lock (_lines)
            return _lines[_read..];
    }

    private void Append(string? line)
    {
        lock (_lines)
        {
            if (line is not null)
                _lines.Add(line);
        }
    }
}
