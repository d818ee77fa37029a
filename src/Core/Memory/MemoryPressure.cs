namespace CompressTasks.Memory;

/// <summary>
/// Collects what coding and decoding leave on the heap of large objects: several times the weight for each weight, and the decoded model itself once
/// there is a session. The collector's own budgets grow with the machine's memory, and it knows nothing of what ONNX Runtime takes: left alone, it
/// lets a process of 250 MB grow to 650.
/// </summary>
/// <param name="modelBytes">The bytes of the decoded weights.</param>
internal sealed class MemoryPressure(long modelBytes)
{
    // Below this, memory is not worth the time of a collection; and more than this must not gather, however large the model: memory is to be bounded
    // by its largest weights.
    private const long LeastWorth = 1 << 25;

    // Of all loads of this process: many small models leave as much as one that is large.
    private static long _bytes;

    /// <summary>Counts garbage, from any thread. Of a large model, collects at every 32 MB.</summary>
    public void Add(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) < LeastWorth || modelBytes < LeastWorth)
            return;
        Interlocked.Exchange(ref _bytes, 0);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    /// <summary>Gives the memory back to the system.</summary>
    /// <param name="bytes">What is garbage now and has not been counted.</param>
    public void Release(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) < LeastWorth && modelBytes < LeastWorth)
            return;
        Interlocked.Exchange(ref _bytes, 0);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
