using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Runnable;

namespace CompressTasks.Compression;

/// <summary>Compares a runnable model, or what an artifact decodes to, with the model that it was made from.</summary>
internal static class RunnableVerifier
{
    /// <summary>Whether a file is a model, and no artifact.</summary>
    public static bool IsModel(string path) => string.Equals(Path.GetExtension(path), ".onnx", StringComparison.OrdinalIgnoreCase)
        && File.Exists(path) && !ArtifactFormat.IsArtifact(path);

    /// <summary>The error of every weight that is not what it was, read from the file.</summary>
    /// <exception cref="CompressException">The file is damaged (CT3xxx, CT2xxx), or was made from another model (CT3101).</exception>
    public static IReadOnlyList<WeightQuality> Measure(string path, OnnxModel model, int threads, CancellationToken cancellationToken)
    {
        using var restored = TrialModel.OfResult(path, threads, cancellationToken);
        using var runnable = OnnxModel.Open(restored.Path);
        return Measure(path, model, runnable);
    }

    /// <summary>The same for an artifact, if other tensors stand for weights of the model in what it decodes to; null if none does.</summary>
    /// <exception cref="CompressException">The file is damaged (CT3xxx, CT2xxx), or was made from another model (CT3101).</exception>
    public static IReadOnlyList<WeightQuality>? MeasureRewritten(string path, OnnxModel model, int threads, CancellationToken cancellationToken)
    {
        using var restored = TrialModel.OfArtifact(path, threads, cancellationToken);
        using var runnable = OnnxModel.Open(restored.Path);
        var weights = model.Weights.Select(weight => weight.Path).ToHashSet(StringComparer.Ordinal);
        return runnable.Weights.Any(tensor => StandIn.WeightOf(tensor.Path) is { } weight && weights.Contains(weight))
            ? Measure(path, model, runnable) : null;
    }

    private static IReadOnlyList<WeightQuality> Measure(string path, OnnxModel model, OnnxModel runnable)
    {
        var (qualities, missing) = new RestoredWeights(model, runnable).Compare();
        return missing is null ? qualities
            : throw VerificationDiagnostics.AnotherModel(path, model.Path, $"nothing in it stands for '{missing}'");
    }
}
