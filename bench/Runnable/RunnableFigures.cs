using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Compression;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;
using CompressTasks.Runnable;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>What a way makes of a model.</summary>
/// <param name="Way">The way.</param>
/// <param name="Bytes">Of the runnable model.</param>
/// <param name="ArtifactBytes">Of the artifact that decodes to it; null where none was made.</param>
/// <param name="Rewritten">Weights that it computes with.</param>
/// <param name="R2">Of all outputs together, against the original's.</param>
/// <param name="Latency">Of a run, beside the original's.</param>
internal sealed record RunnableFigures(RunnableWay Way, long Bytes, long? ArtifactBytes, int Rewritten, double R2, PairedLatency Latency)
{
    /// <summary>Makes the model in every way, and measures each.</summary>
    /// <param name="model">The model and its samples.</param>
    /// <param name="pairs">Runs of each session.</param>
    /// <param name="said">Told what is measured.</param>
    public static IReadOnlyList<RunnableFigures> Measure(OutputModel model, int pairs, Action<string> said)
    {
        var figures = new List<RunnableFigures>();
        using var folder = new TemporaryFolder("runnable-bench");
        using var original = OnnxModel.Open(model.FindFile());
        foreach (var (index, way) in RunnableWay.All(model.Calibration).Index())
        {
            said(way.Title);
            var spec = Spec(model, way, Path.Combine(folder.FullName, FormattableString.Invariant($"{index}.yml")));
            var evaluation = OutputGateRunner.Prepare(spec.Gate!.Outputs!, spec.Folder, original, model.Title);
            var inputs = evaluation.Calibration.Read(() => 1).First().Steps[0].Inputs;
            if (way.Stage is null)
            {
                figures.Add(new(way, original.TotalBytes, ArtifactBytes: null, 0, R2: 1,
                    PairedLatency.Measure(original.Path, original.Path, inputs, pairs)));
                continue;
            }

            var output = Path.Combine(folder.FullName, FormattableString.Invariant($"{index}"));
            var outcome = Compressor.Run(spec, new() { Output = output }, progress: null, CancellationToken.None)[0];
            var path = Path.ChangeExtension(outcome.ArtifactPath, ".onnx");
            if (way.Rounding is { } rounding)
                RoundedModel.Write(original, spec, path, rounding);
            figures.Add(new(
                way,
                new FileInfo(path).Length,
                way.Rounding is null ? outcome.Report.Artifact.Bytes : null,
                outcome.Report.Runnable!.Weights.Count,
                way.Rounding is null ? Figure(outcome.Report.Outputs!) : Figure(evaluation.Run(path, [], threads: 1, CancellationToken.None)),
                PairedLatency.Measure(original.Path, path, inputs, pairs)));
        }

        return figures;
    }

    private static double Figure(OutputsSummary outputs) => outputs.Pooled.R2 ?? double.NaN;

    private static CompressionSpec Spec(OutputModel model, RunnableWay way, string path) => CompressionSpec.Parse($$"""
        models: [ { path: {{OutputModel.Quoted(model.FindFile())}}, format: {{(way.Stage is null ? "onnxz" : "both")}} } ]
        rules: [ { weights: "{{model.Weights}}", stack: [ {{way.Stage ?? "lossless"}} ] } ]
        gate: { outputs: { samples: {{model.Judgement}}, r2: 0 }, onFailure: warning }
        report: []
        """, path);
}
