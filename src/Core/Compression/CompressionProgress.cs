namespace CompressTasks.Compression;

/// <summary>The part of a run that takes time.</summary>
public enum CompressionPhase
{
    /// <summary>The inputs of the model's layers are measured. Its end is a number of its own, not bytes.</summary>
    Calibrating,

    /// <summary>It is measured what each weight has to do with the outputs.</summary>
    Measuring,

    /// <summary>
    /// The smallest artifact is searched that passes the gate on outputs. Its total is the most that it may go through; it mostly ends sooner.
    /// </summary>
    Searching,

    /// <summary>Weights are encoded and written.</summary>
    Encoding,

    /// <summary>The artifact is read back from disk and compared with the original.</summary>
    Verifying,

    /// <summary>The original and the restored model are run on samples.</summary>
    Comparing,

    /// <summary>
    /// Programs measure the metrics of the gate, which <see cref="CompressionProgress.Detail"/> names. It has no bytes, and its end is not known.
    /// </summary>
    MeasuringMetrics,

    /// <summary>Weights are coded for a first time, to measure what that does to the outputs.</summary>
    Preparing,

    /// <summary>The original and the result are run in turns and timed. It has no bytes, and its end is not known.</summary>
    Timing,
}

/// <summary>How far a run is. Reported after every weight, from any thread.</summary>
/// <param name="Model">The model's path.</param>
/// <param name="Phase">What is being done.</param>
/// <param name="DoneBytes">Bytes of the model that are done, as often as the phase goes through them.</param>
/// <param name="TotalBytes">
/// All bytes that the phase goes through, as often as it does: those of weights, and in encoding and verifying those of the structure.
/// </param>
/// <param name="DoneWeights">Weights that are done.</param>
/// <param name="TotalWeights">All weights that the phase goes through; 0 when it does not go weight by weight.</param>
public readonly record struct CompressionProgress(string Model, CompressionPhase Phase, long DoneBytes, long TotalBytes, int DoneWeights,
    int TotalWeights)
{
    /// <summary>What of the phase is being done, where it has parts with names; otherwise null.</summary>
    public string? Detail { get; init; }

    /// <summary>How long the phase may still take, where the spec says when to come to an end; otherwise null.</summary>
    public TimeSpan? MostLeft { get; init; }
}
