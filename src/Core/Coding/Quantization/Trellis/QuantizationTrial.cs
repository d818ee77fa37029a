using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>What one step made of the values.</summary>
/// <param name="quantization">What was quantized.</param>
/// <param name="header">The step, and what else a decoder needs beside the indices.</param>
/// <param name="lambda">The squared steps that a bit was worth.</param>
/// <param name="indices">What the values became; they belong to the trial until it is discarded.</param>
/// <param name="error">The error of the decoded values, after rounding to the weight's format.</param>
internal sealed class QuantizationTrial(DependentQuantization quantization, QuantizationHeader header, double lambda, int[] indices,
    SquaredError error)
{
    private ReadOnlyMemory<byte>? _chunk;
    private int[]? _indices = indices;

    public double Step => header.Step;

    public double Lambda => lambda;

    public SquaredError Error => error;

    /// <summary>The chunk, coded once.</summary>
    public ReadOnlyMemory<byte> Chunk =>
        _chunk ??= quantization.Write(header, _indices ?? throw new InvalidOperationException("The trial was discarded."));

    /// <summary>Ends the trial: its indices serve another one.</summary>
    public int[] TakeIndices()
    {
        var taken = _indices ?? throw new InvalidOperationException("The trial was discarded.");
        (_indices, _chunk) = (null, null);
        return taken;
    }
}
