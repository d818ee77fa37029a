namespace CompressTasks.Benchmarks.Chaos;

/// <summary>The system calls of a run that concern the files of a folder, as strace sees them.</summary>
internal static class FileCalls
{
    private const string Injected = "(INJECTED)";

    private static readonly string[] _reading =
    [
        "read", "pread64", "lseek", "fstat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "getdents64", "flock",
        "fadvise64", "readlink", "readlinkat",
    ];

    private static readonly string[] _writing =
    [
        "openat", "write", "pwrite64", "writev", "pwritev", "copy_file_range", "sendfile", "ftruncate", "fallocate", "fsync", "fdatasync", "rename",
        "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat", "fchown",
        "utimensat",
    ];

    /// <summary>Whether a call can change something, or end for want of room.</summary>
    public static bool Changes(FileCall call) => _writing.Contains(call.Name);

    /// <summary>The same without opening files: the runtime opens more than the run does, and what hits the one hits the other before it.</summary>
    public static bool IsHitAlone(FileCall call) => Changes(call) && call.Name != "openat";

    /// <summary>What starts a program so that its calls are logged, one file for each thread.</summary>
    /// <param name="log">Their paths without the numbers of threads.</param>
    /// <param name="injection">What is done to one of the calls; null for nothing.</param>
    /// <param name="sendsSignal">Whether that is a signal, which does not come where strace looks at some calls only (version 6.1).</param>
    public static IReadOnlyList<string> Strace(string log, string? injection = null, bool sendsSignal = false) =>
    [
        "strace", "-ff", .. sendsSignal ? Array.Empty<string>() : ["--seccomp-bpf"], "-qq", "-y", "-s", "0", "-o", log,
        "-e", $"trace={string.Join(',', _reading.Concat(_writing))}",
        .. injection is null ? Array.Empty<string>() : ["-e", $"inject={injection}"], "--",
    ];

    /// <summary>The calls that concern a folder.</summary>
    public static IReadOnlyList<FileCall> Read(string log, string folder)
    {
        var calls = new List<FileCall>();
        foreach (var thread in Logs(log))
        {
            var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var line in File.ReadLines(thread))
            {
                if (line.IndexOf('(', StringComparison.Ordinal) is not (> 0 and var end))
                    continue;
                var name = line[..end];
                var ordinal = ordinals[name] = ordinals.GetValueOrDefault(name) + 1;
                if (line.Contains(folder, StringComparison.Ordinal))
                    calls.Add(new(name, calls.Count(call => call.Name == name), ordinal));
            }
        }

        return calls;
    }

    /// <summary>Whether what was done was done to a call that concerns the folder, and to no other: every thread counts its own calls.</summary>
    public static bool WasHit(string log, string folder)
    {
        var hit = Logs(log).SelectMany(File.ReadLines).Where(line => line.Contains(Injected, StringComparison.Ordinal)).ToList();
        return hit.Count > 0 && hit.TrueForAll(line => line.Contains(folder, StringComparison.Ordinal));
    }

    /// <summary>The last call of a process that was killed.</summary>
    public static bool WasKilledAt(string log, string folder) => Logs(log).Any(thread => File.ReadLines(thread)
        .Any(line => line.EndsWith("= ?", StringComparison.Ordinal) && line.Contains(folder, StringComparison.Ordinal)));

    public static void Remove(string log)
    {
        foreach (var thread in Logs(log))
            File.Delete(thread);
    }

    private static string[] Logs(string log) => Directory.GetFiles(Path.GetDirectoryName(log)!, Path.GetFileName(log) + ".*");
}

/// <summary>A system call of a run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">How many calls of that name on the folder are before it.</param>
/// <param name="Ordinal">How many calls of that name its thread has made up to it, on whatever. The runtime's differ from run to run.</param>
internal readonly record struct FileCall(string Name, int Index, int Ordinal);
