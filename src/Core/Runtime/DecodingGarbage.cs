namespace CompressTasks.Runtime;

/// <summary>
/// Collects what decoding leaves on the heap of large objects: several times the weight for each weight, and the decoded model itself once there is a session.
/// The collector's own budgets grow with the machine's memory, and it knows nothing of what ONNX Runtime takes: left alone, it lets a process of 250 MB grow to 650.
/// </summary>
/// <param name="modelBytes">The bytes of the decoded weights.</param>
internal sealed class DecodingGarbage(long modelBytes)
{
    // Below this, memory is not worth a collection.
    private const long LargeModel = 1 << 22;

    private long _decoded;

    /// <summary>To be called after each weight, from any thread. Collects at every quarter of the model, so that garbage stays below the model's own size and collections are few.</summary>
    public void Decoded(int bytes)
    {
        if (Interlocked.Add(ref _decoded, bytes) < Math.Max(LargeModel, modelBytes / 4))
            return;
        Interlocked.Exchange(ref _decoded, 0);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    /// <summary>Gives the memory back to the system.</summary>
    public void Release()
    {
        if (modelBytes >= LargeModel)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
