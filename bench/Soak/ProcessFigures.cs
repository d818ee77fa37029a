namespace CompressTasks.Benchmarks.Soak;

/// <summary>What this process holds of the system's, when nothing is under way.</summary>
/// <param name="Kibibytes">Of memory that is resident.</param>
/// <param name="Handles">Open files, pipes and the like.</param>
/// <param name="Threads">All, not only those of .NET.</param>
/// <param name="TemporaryFiles">Files and folders in its temporary folder.</param>
internal sealed record ProcessFigures(int Kibibytes, int Handles, int Threads, int TemporaryFiles)
{
    public static ProcessFigures Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new(
            (int)(process.WorkingSet64 >> 10),
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            process.Threads.Count,
            Directory.GetFileSystemEntries(Path.GetTempPath(), "*", SearchOption.AllDirectories).Length);
    }
}
