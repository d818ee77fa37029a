using CompressTasks.Compression.Search;

namespace CompressTasks.Compression;

/// <summary>Counts the weights and bytes that a phase has done.</summary>
internal sealed class ProgressMeter(IProgress<CompressionProgress>? progress, string model, CompressionPhase phase, long totalBytes,
    int totalWeights = 0)
{
    private long _done;
    private int _weights;

    /// <summary>Reports to nobody.</summary>
    public static ProgressMeter None => new(null, "", CompressionPhase.Encoding, 0);

    /// <summary>When the phase has to come to an end; null for never.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>One more weight, or step of the phase, is done.</summary>
    public void Add(long bytes) => Report(Interlocked.Add(ref _done, bytes), Interlocked.Increment(ref _weights));

    /// <summary>Bytes that are no weight's are done.</summary>
    public void AddStructure(long bytes) => Report(Interlocked.Add(ref _done, bytes), _weights);

    public void Set(long bytes) => Report(bytes, 0);

    public void Begin() => Report(0, 0);

    /// <summary>Begins a part of the phase that has a name.</summary>
    public void Begin(string detail) => Report(0, 0, detail);

    /// <summary>The phase is over, however much of it was needed.</summary>
    public void End() => Report(totalBytes, totalWeights);

    private void Report(long bytes, int weights, string? detail = null) =>
        progress?.Report(new(model, phase, bytes, totalBytes, totalWeights == 0 ? 0 : weights, totalWeights)
        {
            Detail = detail,
            MostLeft = Deadline?.Whole.Left is { } left ? TimeSpan.FromTicks(Math.Max(0, left.Ticks)) : null,
        });
}
