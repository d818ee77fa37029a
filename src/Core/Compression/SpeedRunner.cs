using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Speed;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>Measures what the gate on speed asks for: on the samples of <c>gate.outputs</c>, or on random ones where there are none.</summary>
internal static class SpeedRunner
{
    private const int RandomSamples = 4;

    /// <param name="gate">The gate, with a threshold of the speed.</param>
    /// <param name="folder">What paths of samples are relative to.</param>
    /// <param name="model">The original.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="path">The result.</param>
    /// <param name="options">May know how to measure memory.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="Diagnostics.CompressException">Samples cannot be read, or ONNX Runtime cannot run the original.</exception>
    public static SpeedSummary Measure(GateSpec gate, string folder, OnnxModel model, string name, string path, CompressionOptions options,
        CancellationToken cancellationToken)
    {
        var (speed, outputs) = (gate.Speed!, gate.Outputs);
        if (outputs is null)
        {
            var trial = RandomTrial.Run(model, name, RandomSamples, asked: 1);
            if (trial.Hindrance is { } hindrance)
                return Unknown(speed, $"there are no samples, and random ones do not serve: {hindrance}");
            outputs = trial.Gate;
        }

        using var inputs = Inputs(outputs, folder, model, name, speed.Batch, cancellationToken);
        var summary = new SpeedComparison(speed, inputs, model.Path, name).Measure(path, cancellationToken);
        return summary.Failure is null && options.MeasureMemory is { } measure
            ? WithMemory(summary, inputs, model.Path, path, trial => measure(trial, cancellationToken)) : summary;
    }

    private static TimedInputs Inputs(OutputGateSpec outputs, string folder, OnnxModel model, string name, int batch,
        CancellationToken cancellationToken)
    {
        using var original = ModelRunner.Open(model.Path, name, outputs);
        var samples = SampleSources.Open(outputs.Samples, folder, original.Inputs, original.Outputs, model, outputs.Labels);
        return TimedInputs.Of(original, samples, batch, cancellationToken);
    }

    private static SpeedSummary WithMemory(SpeedSummary summary, TimedInputs inputs, string originalPath, string path,
        Func<SessionTrial, SessionMemory?> measure)
    {
        try
        {
            using var folder = new TemporaryFolder("memory");
            var inputsPath = Path.Combine(folder.FullName, "inputs.pb");
            SessionMemory.WriteInputs(inputs.Tensors, inputsPath);
            return summary with
            {
                Original = With(summary.Original, measure(new(originalPath, inputsPath, summary.Threads))),
                Restored = With(summary.Restored, measure(new(path, inputsPath, summary.Threads))),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileDiagnostics.NoTemporaryFile(error);
        }

        static ModelSpeedSummary With(ModelSpeedSummary model, SessionMemory? memory) =>
            memory is null ? model : model with { LoadedBytes = memory.LoadedBytes, PeakBytes = memory.PeakBytes };
    }

    private static SpeedSummary Unknown(SpeedGateSpec speed, string failure)
    {
        var nothing = new ModelSpeedSummary(double.NaN, double.NaN);
        return new(new("random", null, null, 0), 0, [], speed.Threads, 0, double.NaN, double.NaN, double.NaN, nothing, nothing, [])
        {
            Failure = failure,
        };
    }
}
