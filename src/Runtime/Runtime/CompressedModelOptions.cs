using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>How a <see cref="CompressedModel"/> is read.</summary>
public sealed record CompressedModelOptions
{
    // By no type of ONNX Runtime: where artifacts are restored only, it need not be there.
    private readonly object? _prePackedWeights;

    /// <summary>
    /// Whether every decoded weight is compared with the SHA-256 that was stored when the model was compressed: proof of the same bits as then.
    /// Default: true. Without it, the checksum of the coded bytes still finds damage to the file.
    /// </summary>
    public bool VerifyHashes { get; init; } = true;

    /// <summary>Threads to decode with, at least 1. Default: null, one per processor. The decoded bits do not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Where sessions put the decoded model, to map it from there when they are made again; null for nowhere, as is the default. Where it cannot be
    /// written to, sessions are made without.
    /// </summary>
    public ModelCache? Cache { get; init; }

    /// <summary>
    /// Whether <see cref="Cache"/> keeps the model as ONNX Runtime has optimized its graph, which takes a part of the time of each start.
    /// It is made again for each version of ONNX Runtime, and serves sessions that are made without <c>SessionOptions</c>: options may say which
    /// optimizations to leave out, which weights to exchange, and what to run on, and what was optimized before would not know of it. Default: false.
    /// </summary>
    public bool CacheOptimized { get; init; }

    /// <summary>
    /// Where sessions share what ONNX Runtime makes of weights when it loads a model (<i>prepacking</i>), often as much memory as the weights
    /// themselves: all sessions of a model that is opened with it, and those of other models with the same weights. To be disposed after them. Null,
    /// as is the default, for sessions that have it each for itself. A session takes a little longer to make with it. It has no effect on models in a
    /// <see cref="Cache"/>, on ordinary ones, and on tensors of less than 4 KiB.
    /// </summary>
    public PrePackedWeightsContainer? PrePackedWeights
    {
        get => (PrePackedWeightsContainer?)_prePackedWeights;
        init => _prePackedWeights = value;
    }

    internal int ThreadCount => Threads ?? Environment.ProcessorCount;

    internal void Validate()
    {
        if (Threads is { } threads)
            ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(Threads));
    }
}
