using CompressTasks.Onnx;
using CompressTasks.Outputs;

namespace CompressTasks.Compression.Search;

/// <summary>A model in files of its own, in which weights are exchanged from trial to trial.</summary>
internal sealed class TrialModel : IDisposable
{
    private readonly RestoredModel _decoded;
    private readonly OnnxModel _original;

    private TrialModel(RestoredModel decoded, OnnxModel original) => (_decoded, _original) = (decoded, original);

    /// <summary>The model file.</summary>
    public string Path => _decoded.Path;

    /// <summary>Writes the model as a plan would have it. The artifact is made beside where it will be, and removed.</summary>
    public static TrialModel Create(OnnxModel model, IReadOnlyList<WeightPlan> plan, string artifactPath, int threads, CancellationToken cancellationToken)
    {
        var trial = $"{artifactPath}.{System.IO.Path.GetRandomFileName()}.trial.tmp";
        try
        {
            ModelEncoder.Write(model, plan, trial, threads, ProgressMeter.None, cancellationToken);
            return new(new RestoredModel(trial, threads, cancellationToken), model);
        }
        finally
        {
            File.Delete(trial);
        }
    }

    /// <summary>Puts a decoded weight in. No session may have the model open.</summary>
    public void Write(OnnxWeight weight, ReadOnlySpan<byte> payload) => _decoded.Write(weight.Path, payload);

    /// <summary>Puts the original weight back.</summary>
    public void Reset(OnnxWeight weight) => _decoded.Write(weight.Path, _original.ReadBytes(weight));

    public void Dispose() => _decoded.Dispose();
}
