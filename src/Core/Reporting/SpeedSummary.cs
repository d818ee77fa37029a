using System.Text.Json.Serialization;

namespace CompressTasks.Reporting;

/// <summary>How fast the result is beside the original: figures of one machine, which another run does not repeat to the digit.</summary>
/// <param name="Source">The samples.</param>
/// <param name="Runs">How many different runs they make: a step of a sequence is one.</param>
/// <param name="Inputs">The inputs of the first run, with the batch in their shapes.</param>
/// <param name="Threads">Threads of a run.</param>
/// <param name="Pairs">Pairs of runs, one of each model, that were timed.</param>
/// <param name="Ratio">The original's time over that of the run beside it, the median of the pairs. Not a number when unknown.</param>
/// <param name="LowerQuartile">A quarter of the pairs are below.</param>
/// <param name="UpperQuartile">A quarter of the pairs are above.</param>
/// <param name="Original">The original's figures.</param>
/// <param name="Restored">The result's; of an artifact, those of the session that is opened from it.</param>
/// <param name="Operators">Where time goes, the most time in either model first.</param>
public sealed record SpeedSummary(
    SampleSourceSummary Source,
    int Runs,
    IReadOnlyList<TimedInputSummary> Inputs,
    int Threads,
    int Pairs,
    double Ratio,
    double LowerQuartile,
    double UpperQuartile,
    ModelSpeedSummary Original,
    ModelSpeedSummary Restored,
    IReadOnlyList<OperatorTimeSummary> Operators)
{
    /// <summary>Why the ratio is unknown; null when it is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Failure { get; init; }
}

/// <summary>An input of a timed run.</summary>
/// <param name="Name">As the model names it.</param>
/// <param name="Shape">The length of every axis.</param>
public sealed record TimedInputSummary(string Name, IReadOnlyList<long> Shape);

/// <summary>What a model takes. A time is not a number when unknown.</summary>
/// <param name="Milliseconds">Of a run, the median.</param>
/// <param name="LoadMilliseconds">To open a session, the median of a few, with the file in the system's cache.</param>
public sealed record ModelSpeedSummary(double Milliseconds, double LoadMilliseconds)
{
    /// <summary>By how much the memory of a process of its own has grown when the session is there, in bytes; null when not measured.</summary>
    public long? LoadedBytes { get; init; }

    /// <summary>By how much it had grown at most, loading and a few runs included, in bytes; null when not measured.</summary>
    public long? PeakBytes { get; init; }
}

/// <summary>What the nodes of an operator take in a run, as ONNX Runtime's profile of the optimized graph has it.</summary>
/// <param name="Operator">The operator's type.</param>
/// <param name="OriginalMilliseconds">In the original; 0 where it has none.</param>
/// <param name="RestoredMilliseconds">In the result; 0 where it has none.</param>
public sealed record OperatorTimeSummary(string Operator, double OriginalMilliseconds, double RestoredMilliseconds);
