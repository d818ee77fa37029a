using CompressTasks.Coding.Quantization;
using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>What is done with one weight.</summary>
/// <param name="Stack">The stack that codes it; null when it is carried exactly.</param>
/// <param name="KeepBecause">Why it is carried exactly; null when it has a stack.</param>
/// <param name="SharedWith">The weight whose chunk serves for this one too, or null.</param>
/// <param name="HasChunk">Whether it is taken out of the model and gets a chunk of its own in the artifact.</param>
internal sealed record WeightPlan(OnnxWeight Weight, StackSpec? Stack, string? KeepBecause, OnnxWeight? SharedWith, bool HasChunk)
{
    /// <summary>What the weight itself aims at, where its stack says what several weights aim at together.</summary>
    public QuantizeTarget? Target { get; init; }
}
