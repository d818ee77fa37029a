using CompressTasks.Artifacts;

namespace CompressTasks.Runtime;

/// <summary>
/// Decodes weights ahead of a writer that takes them in order: as many at a time as there are threads, so memory stays at a few weights. It does not
/// come from the collector, which would let several times as much gather before it gave any back.
/// </summary>
internal sealed class PayloadQueue(IReadOnlyList<ArtifactEntry> entries, Action<ArtifactEntry, Span<byte>> decode, int threads,
    CancellationToken cancellationToken) : IDisposable
{
    private readonly Queue<Task<UnmanagedBuffer>> _ahead = new();
    private int _started;

    /// <summary>Writes the payload of the entry at <paramref name="index"/>; to be called with 0, 1, 2, …</summary>
    public void Write(int index, Stream target)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (; _started < Math.Min(entries.Count, index + threads); _started++)
        {
            var entry = entries[_started];
            _ahead.Enqueue(Task.Run(() => Decode(entry), cancellationToken));
        }

        using var payload = _ahead.Dequeue().GetAwaiter().GetResult();
        target.Write(payload.All);
    }

    /// <summary>Waits for what is still being decoded: the artifact must not be closed under it.</summary>
    public void Dispose()
    {
        foreach (var task in _ahead)
        {
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            if (task.IsCompletedSuccessfully)
                task.Result.Dispose();
        }
    }

    private UnmanagedBuffer Decode(ArtifactEntry entry)
    {
        var payload = new UnmanagedBuffer(entry.Weight.PayloadLength);
        try
        {
            decode(entry, payload.All);
            return payload;
        }
        catch
        {
            payload.Dispose();
            throw;
        }
    }
}
