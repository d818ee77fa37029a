using System.Diagnostics;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>Says when a run begins to write into a folder, and when it begins to change what is there.</summary>
internal sealed class FolderWatch : IDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(2);

    private readonly FileSystemWatcher _watcher;
    private readonly ManualResetEventSlim _begun = new();
    private readonly ManualResetEventSlim _changed = new();

    public FolderWatch(string folder)
    {
        _watcher = new(folder);
        _watcher.Created += (_, e) => (FolderState.IsOutput(e.Name!) ? _changed : _begun).Set();
        _watcher.Renamed += (_, _) => _changed.Set();
        _watcher.Deleted += (_, e) =>
        {
            if (FolderState.IsOutput(e.Name!))
                _changed.Set();
        };
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Waits for the first temporary file, or for the end of the process.</summary>
    public void WaitForFile(Process process) => Wait(_begun, process);

    /// <summary>Waits until a file takes its place or goes, or for the end of the process.</summary>
    public void WaitForChange(Process process) => Wait(_changed, process);

    public void Dispose()
    {
        _watcher.Dispose();
        _begun.Dispose();
        _changed.Dispose();
    }

    private static void Wait(ManualResetEventSlim moment, Process process)
    {
        while (!moment.Wait(_look) && !process.HasExited)
        {
        }
    }
}
