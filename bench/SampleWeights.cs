using CompressTasks.Corpus;
using CompressTasks.Onnx;
using CompressTasks.Stages;

namespace CompressTasks.Benchmarks;

/// <summary>Weights of samples/TinyGpt.</summary>
internal static class SampleWeights
{
    /// <summary>blocks.0…3.attn.c_proj.weight, 256 × 256 each.</summary>
    public static Matrix[] AttentionProjections()
    {
        using var model = OnnxModel.Open(TinyGpt.Model);
        return [.. Enumerable.Range(0, 4).Select(block => Read(model, $"blocks.{block}.attn.c_proj.weight"))];
    }

    private static Matrix Read(OnnxModel model, string path)
    {
        var weight = model.Weights.Single(w => w.Path == path);
        var matrix = new Matrix((int)weight.Shape[0], (int)weight.Shape[1]);
        model.ReadValues(weight, matrix.Values);
        return matrix;
    }
}
