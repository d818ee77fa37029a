using CompressTasks.Coding.Lossless;
using CompressTasks.Coding.Quantization;
using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx;

namespace CompressTasks.Core.Tests.Coding;

/// <summary>Small weights of real models, and one of Silero VAD that has nearly all of its variance in four values.</summary>
[Trait("Speed", "Slow")]
public sealed class SmallCorpusWeightsTests
{
    private const int Smallest = 1_024;
    private const int Small = 2_000;

    public static TheoryData<string> Models() =>
        [.. new[] { NpmModels.Det, NpmModels.Rec, NpmModels.Cls, NpmModels.SileroOp15 }.Select(path => Path.GetFileName(path))];

    [NpmTheory]
    [MemberData(nameof(Models))]
    public void R2IsMetFromJustAbove(string fileName)
    {
        var found = 0;
        using var model = OnnxModel.Open(NpmModels.All.Single(path => Path.GetFileName(path) == fileName));
        foreach (
            var weight in model.Weights.Where(w => w.IsFloatingPoint
                && (w.Elements is >= Smallest and <= Small || w.Path.EndsWith("encoder.3.reparam_conv.weight", StringComparison.Ordinal))))
        {
            var values = new double[weight.Elements];
            model.ReadValues(weight, values);
            if (values.Distinct().Count() < 3)
                continue;
            found++;
            foreach (var target in new[] { 0.9, 0.95, 0.99 })
            {
                var error = Quantizer.Encode(values, weight.Shape, QuantizeTarget.R2(target), NumericFormat.Float32).Error;

                error.R2.ShouldBeInRange(target, target + 0.0002, $"{weight.Path} at {target}");
            }
        }

        found.ShouldBeGreaterThan(0);
    }
}
