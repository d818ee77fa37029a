using CompressTasks.Compression;
using CompressTasks.Spec;

namespace CompressTasks.Tool.Commands;

/// <summary>What is to be done, and which of it the command line has said.</summary>
/// <param name="Spec">With the values of the command line.</param>
/// <param name="Options">Output folder and threads.</param>
internal sealed record SpecJob(CompressionSpec Spec, CompressionOptions Options)
{
    /// <summary>There is no spec file: the command line names a model.</summary>
    public bool IsModel { get; init; }

    /// <summary>What is made of every model; null for what the spec says.</summary>
    public ModelFormat? Format { get; init; }

    public bool HasR2 { get; init; }

    public bool HasWeightR2 { get; init; }

    public bool HasOnFailure { get; init; }

    public bool HasReports { get; init; }

    public bool HasBaseline { get; init; }

    public bool HasThreads { get; init; }
}
