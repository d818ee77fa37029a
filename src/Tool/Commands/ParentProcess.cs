using System.Diagnostics;

namespace CompressTasks.Tool.Commands;

/// <summary>Ends a run when the process that asked for it is gone: a build that was killed cannot end it by itself.</summary>
internal static class ParentProcess
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    /// <param name="id">The process to watch; null for none.</param>
    /// <param name="cancellationToken">Ends the run as well.</param>
    /// <returns>Cancelled when the process ends or <paramref name="cancellationToken"/> is cancelled; to be disposed by the caller.</returns>
    public static CancellationTokenSource Watch(int? id, CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (id is { } parent)
            _ = WatchAsync(parent, source);
        return source;
    }

    private static async Task WatchAsync(int id, CancellationTokenSource source)
    {
        var token = source.Token;
        try
        {
            using var process = Process.GetProcessById(id);
            // Polled: a process that is not the own child raises no event on every system.
            while (!process.HasExited)
                await Task.Delay(_interval, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (ArgumentException)
        {
            // It ended before it could be watched.
        }

        try
        {
            await source.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The run ended at the same moment.
        }
    }
}
