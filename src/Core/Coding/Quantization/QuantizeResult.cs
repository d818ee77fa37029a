using System.Diagnostics.CodeAnalysis;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization;

/// <summary>What came of a quantization: a chunk and the error that it decodes with, or the reason why the target cannot be met.</summary>
internal sealed record QuantizeResult
{
    private QuantizeResult()
    {
    }

    /// <summary>What <see cref="Quantizer"/> reads, or <see langword="null"/> when the target cannot be met.</summary>
    public byte[]? Chunk { get; private init; }

    /// <summary>The step of each of the two quantizers, 2Δ: values lie on a grid of half of it.</summary>
    public double Step { get; private init; }

    /// <summary>The error of the decoded values, after rounding to the weight's format.</summary>
    public SquaredError Error { get; private init; }

    /// <summary>Why there is no chunk: the end of a sentence that starts with "because".</summary>
    public string? Reason { get; private init; }

    [MemberNotNullWhen(true, nameof(Chunk))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsMet => Chunk is not null;

    public static QuantizeResult Met(byte[] chunk, double step, SquaredError error) => new() { Chunk = chunk, Step = step, Error = error };

    public static QuantizeResult NotMet(string reason) => new() { Reason = reason };
}
