using System.Globalization;
using CompressTasks.Benchmarks.Load;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Runnable;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>What a way makes of a model.</summary>
/// <param name="Way">The way.</param>
/// <param name="Bytes">Of the runnable model.</param>
/// <param name="ArtifactBytes">Of the artifact that decodes to it; null where none was made.</param>
/// <param name="Rewritten">Weights that it computes with.</param>
/// <param name="R2">Of the outputs that count together, against the original's.</param>
/// <param name="Task">How well it does what it is for.</param>
/// <param name="Latency">Of a run, beside the original's.</param>
/// <param name="Load">Of a process that loads it and nothing else.</param>
internal sealed record RunnableFigures(
    RunnableWay Way, long Bytes, long? ArtifactBytes, int Rewritten, double R2, string Task, PairedLatency Latency, LoadProbe Load)
{
    private const int Loads = 5;

    /// <summary>Makes the model in every way, and measures each.</summary>
    /// <param name="model">The model.</param>
    /// <param name="pairs">Runs of each session.</param>
    /// <param name="node">Runs them as well; null to leave that out.</param>
    /// <param name="said">Told what is measured.</param>
    /// <exception cref="ShouldAssertException">A pattern is not fused.</exception>
    public static IReadOnlyList<RunnableFigures> Measure(RunnableModel model, int pairs, NodeRuntime? node, Action<string> said)
    {
        var figures = new List<RunnableFigures>();
        using var folder = new TemporaryFolder("runnable-bench");
        said("samples");
        var prepared = model.Prepare(folder.FullName);
        using var original = OnnxModel.Open(prepared.File);
        var judging = Spec(prepared, RunnableWay.Original, Path.Combine(folder.FullName, "judging.yml"));
        var evaluation = OutputGateRunner.Prepare(judging.Gate!.Outputs!, judging.Folder, original, model.Title);
        foreach (var (index, way) in model.Ways.Index())
        {
            said(way.Title);
            var spec = Spec(prepared, way, Path.Combine(folder.FullName, FormattableString.Invariant($"{index}.yml")));
            if (way.Stage is null)
            {
                var same = evaluation.Run(original.Path, [], threads: 1, CancellationToken.None);
                figures.Add(new(way, original.TotalBytes, ArtifactBytes: null, 0, R2: 1, Task(original.Path, same),
                    PairedLatency.Measure(original.Path, original.Path, prepared.Timed, pairs), LoadProbe.Usual(original.Path, Loads)));
                continue;
            }

            var output = Path.Combine(folder.FullName, FormattableString.Invariant($"{index}"));
            var outcome = Compressor.Run(spec, new() { Output = output }, progress: null, CancellationToken.None)[0];
            var path = Path.ChangeExtension(outcome.ArtifactPath, ".onnx");
            if (way.Rounding is { } rounding)
                RoundedModel.Write(original, spec, path, rounding);
            if (way.Fused.Count > 0)
            {
                var optimized = Fusion.Optimized(path);
                optimized.ShouldHave([.. way.Fused]);
                // What a search leaves in float may be behind integers.
                if (way.Asked is null)
                    optimized.ShouldDequantizeForNoLayer();
                node?.Check(path, prepared.Timed);
            }

            var outputs = way is { Rounding: null, Asked: null } ? outcome.Report.Outputs! : evaluation.Run(path, [], threads: 1, CancellationToken.None);
            figures.Add(new(
                way,
                new FileInfo(path).Length,
                way.Rounding is null ? outcome.Report.Artifact.Bytes : null,
                outcome.Report.Runnable!.Weights.Count,
                outputs.Pooled.R2 ?? double.NaN,
                Task(path, outputs),
                PairedLatency.Measure(original.Path, path, prepared.Timed, pairs),
                LoadProbe.Usual(path, Loads)));
        }

        return figures;

        string Task(string path, OutputsSummary outputs) => prepared.Task?.Invoke(path)
            ?? FormattableString.Invariant($"{outputs.Labels!.Restored.Loss:0.0000} nats");
    }

    private static CompressionSpec Spec(PreparedModel model, RunnableWay way, string path)
    {
        string Stage(string stage) => stage.Replace(RunnableWay.Calibration, model.Calibration, StringComparison.Ordinal);
        return CompressionSpec.Parse($$"""
            models: [ { path: '{{model.File}}', format: {{(way.Stage is null ? "onnxz" : "both")}} } ]
            rules:
            {{(model.Left.Count > 0 && way.Asked is null && !way.IsForAll ? $"  - {{ weights: [ {string.Join(", ", model.Left)} ], minElements: 1, stack: [ lossless ] }}" : "")}}
            {{(way.Embeddings is { } rows ? $"  - {{ weights: \"embeddings.*\", stack: [ {Stage(rows)} ] }}" : "")}}
              - { weights: "{{(way.IsForAll ? "**" : model.Weights)}}"{{(model.MinElements is { } least ? FormattableString.Invariant($", minElements: {least}") : "")}},
                  stack: [ {{Stage(way.Stage ?? "lossless")}} ] }
            gate:
              outputs: { samples: {{(way.Asked is null ? model.Judgement : model.Calibration)}}{{(model.Labels is null ? "" : $", labels: {model.Labels}, logits: true")}}
                {{(model.Only is null ? "" : $", only: {model.Only}")}}, r2: {{(way.Asked ?? 0).ToString(CultureInfo.InvariantCulture)}} }
              onFailure: warning
            report: []
            """, path);
    }
}
