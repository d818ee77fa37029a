using CompressTasks.Numerics;
using CompressTasks.Reporting;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>What became of one weight.</summary>
/// <param name="Chunk">What <see cref="Encoding.WeightEncoder"/> decodes.</param>
/// <param name="KeptBecause">Why the weight was carried exactly; null when it was coded with a loss.</param>
/// <param name="Levels">L0 and the state after every stage; empty for a weight that was carried exactly.</param>
/// <param name="Error">Of what the chunk decodes to; zero for a weight that was carried exactly.</param>
/// <param name="Tower">Where the stack's recursion ended.</param>
internal sealed record EncodedWeight(byte[] Chunk, string? KeptBecause, IReadOnlyList<LevelSummary> Levels, SquaredError Error = default,
    TowerSummary? Tower = null)
{
    /// <summary>
    /// What a step costs, in the units in which the steps of a search are compared: the squared error, or, of a calibrated weight, the error of its
    /// layer's outputs.
    /// </summary>
    public double Distortion { get; init; } = Error.Residual;

    /// <summary>The payload that the chunk stands for, where coding has found it; it takes much memory, and is soon dropped.</summary>
    public byte[]? Restored { get; init; }
}
