using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx;

namespace CompressTasks.Core.Tests.Stages.Gaussian;

/// <summary>Weights of the sample model.</summary>
internal static class TinyGptWeights
{
    /// <summary>The first rows of a 256 × 256 weight.</summary>
    public static Matrix AttentionProjection(int block, int rows)
    {
        using var model = OnnxModel.Open(TinyGpt.Model);
        var weight = model.Weights.Single(w => w.Path == $"blocks.{block}.attn.c_proj.weight");
        var values = new double[weight.Elements];
        model.ReadValues(weight, values);
        return new Matrix(rows, 256, values[..(rows * 256)]);
    }
}
