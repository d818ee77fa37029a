namespace CompressTasks.Runtime;

/// <summary>How a <see cref="CompressedModel"/> is read.</summary>
public sealed record CompressedModelOptions
{
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

    internal int ThreadCount => Threads ?? Environment.ProcessorCount;

    internal void Validate()
    {
        if (Threads is { } threads)
            ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(Threads));
    }
}
