namespace CompressTasks.Benchmarks.Chaos.Interposition;

/// <summary>A call of a run that concerns the files of its folder.</summary>
/// <param name="Name">One name for all forms of a call: <c>open</c> is also <c>openat</c>.</param>
/// <param name="Number">Which of that name in its process, from 1. Runs that do the same with one thread have the same calls.</param>
/// <param name="IsHit">Whether something was done to it.</param>
internal readonly record struct FileCall(string Name, int Number, bool IsHit)
{
    private static readonly string[] _changing =
    [
        "open", "write", "copy", "truncate", "fallocate", "fsync", "rename", "link", "symlink", "unlink", "mkdir", "rmdir", "chmod", "utimens",
    ];

    /// <summary>Whether it can change something, or end for want of room.</summary>
    public bool Changes => _changing.Contains(Name);

    public override string ToString() => $"{Name} {Number}";
}
