namespace CompressTasks.Compression;

/// <summary>Counts the bytes that a phase has done.</summary>
internal sealed class ProgressMeter(IProgress<CompressionProgress>? progress, string model, CompressionPhase phase, long totalBytes)
{
    private long _done;

    /// <summary>Reports to nobody.</summary>
    public static ProgressMeter None => new(null, "", CompressionPhase.Encoding, 0);

    public void Add(long bytes) => progress?.Report(new(model, phase, Interlocked.Add(ref _done, bytes), totalBytes));

    public void Set(long bytes) => progress?.Report(new(model, phase, bytes, totalBytes));

    public void Begin() => Add(0);
}
