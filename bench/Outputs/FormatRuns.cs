using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;

namespace CompressTasks.Benchmarks.Outputs;

/// <summary>Puts fixed formats into a restored artifact, in the place of the weights that it codes with a loss, and runs the model.</summary>
/// <param name="model">What is measured.</param>
/// <param name="report">Of an artifact.</param>
/// <param name="artifactPath">The artifact.</param>
internal sealed class FormatRuns(OutputModel model, CompressionReport report, string artifactPath)
{
    public OutputPoint Measure(IFixedFormat format)
    {
        using var original = OnnxModel.Open(model.FindFile());
        using var decoded = TrialModel.OfArtifact(artifactPath, Environment.ProcessorCount, CancellationToken.None);
        var coded = report.Weights.Select(weight => weight.Path).ToHashSet(StringComparer.Ordinal);
        var bits = 0.0;
        foreach (var weight in original.Weights.Where(weight => coded.Contains(weight.Path)).Select(weight => WeightData.Read(original, weight)))
        {
            var payload = new byte[weight.Payload.Length];
            ElementConversion.WriteValues(weight.Type, format.Decoded(weight), payload);
            decoded.Write(weight.Path, payload);
            bits += format.SizeInBits(weight);
        }

        var outputs = Judgement.Compare(model, original, decoded, Path.ChangeExtension(artifactPath, ".yml"));
        var elsewhere = report.Artifact.Bytes - report.Coverage.Coded.CompressedBytes;
        return new(
            (bits / 8) + elsewhere,
            bits / report.Weights.Sum(weight => weight.Elements),
            OutputPoint.LowestR2(outputs),
            outputs.Outputs[0].Top1,
            model == OutputModel.Sample ? ValidationLoss.OfModel(decoded.Path) : null);
    }
}
