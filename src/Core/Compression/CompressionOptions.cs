using CompressTasks.Outputs.Speed;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>What a run may be told beside its spec.</summary>
public sealed record CompressionOptions
{
    /// <summary>Folder for artifacts and reports, in place of the spec's; relative to the current directory.</summary>
    public string? Output { get; init; }

    /// <summary>Whether one look is taken at the outputs, on random samples, where the spec's gate does not ask for them.</summary>
    public bool Probe { get; init; } = true;

    /// <summary>Why that cannot be; null when it can.</summary>
    internal string? ProbeHindrance { get; init; }

    /// <summary>Starts a process of its own for <see cref="SessionMemory.Measure"/>, with the same arguments; null where nobody can.</summary>
    internal Func<SessionTrial, CancellationToken, SessionMemory?>? MeasureMemory { get; init; }

    /// <summary>
    /// Whether the measurements of each artifact are recorded beside it, and an artifact stays that a run would only make again.
    /// </summary>
    internal bool KeepsRecords { get; init; }

    /// <summary>Folders with records of other runs, whose artifacts are copied where they are what this one would make.</summary>
    internal IReadOnlyList<string> RecordFolders { get; init; } = [];

    /// <summary>The folder that stands for that of the baseline; null for the one where artifacts go.</summary>
    internal string? BaselineRoot { get; init; }

    /// <summary>Where artifacts and reports of a spec go; full path.</summary>
    internal string OutputFolder(CompressionSpec spec) => Output is null ? spec.OutputFolder : Path.GetFullPath(Output);

    /// <summary>Threads to use, at least 1. The result does not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Threads));
            field = value;
        }
    } = Environment.ProcessorCount;
}
