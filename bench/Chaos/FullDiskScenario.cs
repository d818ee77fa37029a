using System.Diagnostics;
using System.Globalization;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>
/// Runs a verb on a file system in memory, at first without any room, then with a page more each time until there is enough. Mounting takes root.
/// </summary>
internal sealed class FullDiskScenario(Verb verb, Findings findings)
{
    private const int Page = 4096;
    private const int MostPages = 256;
    private const long DiskBytes = 4 << 20;

    /// <summary>The largest room that was not enough, and what became of the runs; null where nothing can be mounted.</summary>
    public (long Most, ErrorCounts Counts)? Run()
    {
        if (!Mount())
            return null;
        try
        {
            var counts = ErrorCounts.None;
            var most = 0L;
            for (var pages = 0; pages < MostPages && counts.New == 0; pages++)
            {
                verb.Reset(0);
                var filler = Path.Combine(verb.Folder, "filler.lock");
                Fill(filler, pages);
                counts = Judge(counts with { Runs = counts.Runs + 1, Hit = counts.Hit + 1 }, pages);
                if (counts.New == 0)
                    most = (long)pages * Page;
                File.Delete(filler);
            }

            return (most, counts with { Left = KillScenario.LeftAfterWholeRun(verb, findings) });
        }
        finally
        {
            Call("umount", verb.Folder);
        }
    }

    private ErrorCounts Judge(ErrorCounts counts, int pages)
    {
        var outcome = verb.Run(1);
        var found = verb.Found(out var isAway);
        if (outcome.IsDone && found == 1 && !isAway)
            return counts with { New = counts.New + 1 };
        if (outcome.IsRefused && found == 0 && !isAway)
            return counts with { Old = counts.Old + 1 };
        findings.Add($"{verb.Name}, {pages} pages of room: {outcome}; there is {FolderState.Of(verb.Folder)}");
        return counts with { Wrong = counts.Wrong + 1 };
    }

    private bool Mount() => OperatingSystem.IsLinux()
        && Call("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={DiskBytes}"), "tmpfs", verb.Folder);

    private static bool Call(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static void Fill(string path, int pagesLeft)
    {
        using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var page = new byte[Page];
        try
        {
            for (var i = 0; i < DiskBytes / Page; i++)
                filler.Write(page);
        }
        catch (IOException)
        {
            // It is full.
        }

        filler.SetLength(Math.Max(0, (filler.Length / Page) - pagesLeft) * Page);
    }
}
