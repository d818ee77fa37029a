using System.Diagnostics;
using CompressTasks.Diagnostics;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Watching;

/// <summary>Runs, waits until something changes that the run reads, and runs again.</summary>
/// <remarks>
/// It looks at the files twice a second. Notifications of the system do not come from network file systems and from many mounts of containers, get
/// lost when there are too many, and know nothing of folders that are not there yet.
/// </remarks>
internal sealed class WatchSession(ToolConsole console, Verbosity verbosity, CancellationToken cancellationToken)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Editors write several times, and some move the old file away first: it is over when nothing happens for this long.</summary>
    private static readonly TimeSpan _settling = TimeSpan.FromMilliseconds(300);

    /// <summary>A look at very many files takes its time; most of the time is to pass between the looks.</summary>
    private const int PausePerLook = 20;

    /// <param name="find">What the next run reads; is given what was found before the last, null at first.</param>
    /// <param name="run">Returns an exit code, or throws what a run without a watch would end with.</param>
    /// <returns>Never: it ends when it is cancelled.</returns>
    /// <exception cref="CompressException">The command line itself is wrong, which no change of a file mends.</exception>
    /// <exception cref="OperationCanceledException">The session is over.</exception>
    public int Run(Func<WatchedFiles?, WatchedFiles> find, Func<int> run)
    {
        WatchedFiles? watched = null;
        while (true)
        {
            var isFirst = watched is null;
            var before = watched?.Look();
            try
            {
                watched = find(watched);
                before = watched.Look();
                run();
            }
            catch (CompressException error) when (watched is not null && (!isFirst || !error.Diagnostics.Any(IsOfCommandLine)))
            {
                foreach (var diagnostic in error.Diagnostics)
                    console.Write(diagnostic);
            }
            catch (Exception error) when (watched is not null && (error is IOException or UnauthorizedAccessException))
            {
                console.Write(ToolDiagnostics.InputOutput(error.Message));
            }

            Wait(watched, before!.After(watched.Look()));
        }
    }

    private static bool IsOfCommandLine(Diagnostic diagnostic) => diagnostic.Code.StartsWith("CT5", StringComparison.Ordinal);

    private void Wait(WatchedFiles watched, FileLook before)
    {
        var now = watched.Look();
        if (now.ChangesSince(before).Count == 0)
            Say(FormattableString.Invariant($"watching {now.Count} {(now.Count == 1 ? "file" : "files")}; Ctrl+C ends"));
        while (true)
        {
            var clock = Stopwatch.StartNew();
            now = watched.Look();
            if (now.ChangesSince(before).Count == 0)
            {
                Sleep(Longer(_interval, PausePerLook * clock.Elapsed));
            }
            else if (HasSettled(watched, now))
            {
                var changes = now.ChangesSince(before);
                Say(Path.GetRelativePath(".", changes[0])
                    + (changes.Count == 1 ? " has changed" : FormattableString.Invariant($" and {changes.Count - 1} more have changed")));
                return;
            }
        }
    }

    private bool HasSettled(WatchedFiles watched, FileLook seen)
    {
        Sleep(_settling);
        return watched.Look().ChangesSince(seen).Count == 0;
    }

    private void Say(string line)
    {
        if (verbosity != Verbosity.Quiet)
            console.WriteLog(line);
    }

    private void Sleep(TimeSpan time)
    {
        cancellationToken.WaitHandle.WaitOne(time);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TimeSpan Longer(TimeSpan first, TimeSpan second) => first > second ? first : second;
}
