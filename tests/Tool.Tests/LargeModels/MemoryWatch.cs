using System.Diagnostics;
using System.Globalization;

namespace CompressTasks.Tool.Tests.LargeModels;

/// <summary>
/// Watches how much memory of its own a process has (RssAnon of Linux). Pages of mapped files count as resident too, but they are the system's to
/// drop, and a model that is read through a mapping fills all the memory there is with them.
/// </summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(20);

    private readonly int _process;
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;
    private long _peak;

    public MemoryWatch(int process)
    {
        _process = process;
        _watching = Task.Run(Watch);
    }

    public TimeSpan Elapsed => _time.Elapsed;

    /// <summary>The most bytes seen until now; 0 where the system does not tell.</summary>
    public long Peak => Interlocked.Read(ref _peak);

    /// <summary>Bytes of its own that a process has; 0 where the system does not tell.</summary>
    public static long Of(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended, or this is no Linux.
            return 0;
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _watching.Wait();
        _end.Dispose();
    }

    private void Watch()
    {
        do
        {
            var now = Of(_process);
            if (now > _peak)
                Interlocked.Exchange(ref _peak, now);
        }
        while (!_end.Token.WaitHandle.WaitOne(_interval));
    }
}
