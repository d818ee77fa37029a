using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Outputs;

/// <summary>Compares what a model computes with the original, on the samples that artifacts are judged by.</summary>
internal static class Judgement
{
    /// <param name="model">Which model, and which samples.</param>
    /// <param name="original">The model.</param>
    /// <param name="decoded">What it is compared with.</param>
    /// <param name="specPath">Where the spec would be that says so.</param>
    public static OutputsSummary Compare(OutputModel model, OnnxModel original, TrialModel decoded, string specPath)
    {
        var spec = CompressionSpec.Parse(OutputSpec.Write(model, "r2: 0.99", r2: null), specPath);
        var evaluation = OutputGateRunner.Prepare(spec.Gate!.Outputs!, spec.Folder, original, model.Title);
        return evaluation.Run(decoded, [], Environment.ProcessorCount, CancellationToken.None);
    }

    /// <summary>The lowest R² of an output of an artifact.</summary>
    public static double R2(OutputModel model, string artifactPath)
    {
        using var original = OnnxModel.Open(model.FindFile());
        using var decoded = TrialModel.OfArtifact(artifactPath, Environment.ProcessorCount, CancellationToken.None);
        return OutputPoint.LowestR2(Compare(model, original, decoded, Path.ChangeExtension(artifactPath, ".yml")));
    }
}
