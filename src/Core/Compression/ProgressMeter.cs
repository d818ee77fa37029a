namespace CompressTasks.Compression;

/// <summary>Counts the bytes that a phase has done.</summary>
internal sealed class ProgressMeter(IProgress<CompressionProgress>? progress, string model, CompressionPhase phase, long totalBytes)
{
    private long _done;

    public void Add(long bytes) => progress?.Report(new(model, phase, Interlocked.Add(ref _done, bytes), totalBytes));

    public void Begin() => Add(0);
}
