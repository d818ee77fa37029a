using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.WeightCoding;

namespace CompressTasks.Benchmarks.Kernels;

/// <summary>Weights of samples/TinyGpt.</summary>
internal static class SampleWeights
{
    /// <summary>Bytes of <see cref="AttentionProjections"/> as fp32.</summary>
    public const double AttentionProjectionBytes = 4.0 * 256 * 256 * sizeof(float);

    /// <summary>blocks.0…3.attn.c_proj.weight, 256 × 256 each.</summary>
    public static Matrix[] AttentionProjections() =>
        [.. AttentionProjectionSet().Weights.Select(weight => MatrixView.Of(weight.Shape, weight.Values))];

    /// <summary>The same, with their payloads.</summary>
    public static WeightSet AttentionProjectionSet() =>
        new([.. WeightSet.Read(TinyGpt.Model).Weights.Where(weight => weight.Path.EndsWith(".attn.c_proj.weight", StringComparison.Ordinal))]);
}
