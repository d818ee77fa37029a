using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>How fast the result must be, beside the original.</summary>
/// <param name="AtLeast">Least ratio of the original's time to that of the result.</param>
/// <param name="Threads">Threads of a run, at least 1.</param>
/// <param name="Batch">Samples that go into a run where the model takes several, at least 1.</param>
/// <param name="MaxTime">When to end the measurement, a few pairs of runs aside.</param>
/// <param name="At">Where the spec begins the mapping.</param>
internal sealed record SpeedGateSpec(Threshold AtLeast, int Threads, int Batch, TimeSpan MaxTime, SourceLocation At)
{
    /// <summary>Of <see cref="MaxTime"/>, where the spec does not say it.</summary>
    public const int DefaultSeconds = 30;
}
