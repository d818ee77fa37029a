namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>What a reader may take for one input.</summary>
internal static class InputLimits
{
    /// <summary>Of a processor. By the clock it may be more, on a machine that has other work.</summary>
    public static readonly TimeSpan Processor = TimeSpan.FromSeconds(2);

    /// <summary>By the clock: a reader that waits takes no processor.</summary>
    public static readonly TimeSpan Clock = TimeSpan.FromSeconds(20);

    /// <summary>64 MiB, and sixteen bytes for each that was given and each that was asked for.</summary>
    public static long MemoryFor(long asked) => (64L << 20) + (16 * asked);
}
