using CompressTasks.Artifacts;

namespace CompressTasks.Runtime;

/// <summary>
/// Decodes weights ahead of a writer that takes them in order: as many at a time as there are threads, so memory stays at a few weights.
/// </summary>
internal sealed class PayloadQueue(IReadOnlyList<ArtifactEntry> entries, Func<ArtifactEntry, byte[]> decode, int threads,
    CancellationToken cancellationToken) : IDisposable
{
    private readonly Queue<Task<byte[]>> _ahead = new();
    private int _started;

    /// <summary>The payload of the entry at <paramref name="index"/>; to be called with 0, 1, 2, …</summary>
    public byte[] Take(int index)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (; _started < Math.Min(entries.Count, index + threads); _started++)
        {
            var entry = entries[_started];
            _ahead.Enqueue(Task.Run(() => decode(entry), cancellationToken));
        }

        return _ahead.Dequeue().GetAwaiter().GetResult();
    }

    /// <summary>Waits for what is still being decoded: the artifact must not be closed under it.</summary>
    public void Dispose()
    {
        foreach (var task in _ahead)
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
    }
}
