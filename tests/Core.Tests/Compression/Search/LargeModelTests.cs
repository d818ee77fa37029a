using System.Collections.Concurrent;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression.Search;

/// <summary>Behind its weights the model has more than 1 GiB of tensors, 64 MiB each: too many to run it backwards.</summary>
[Trait("Speed", "Slow")]
public sealed class LargeModelTests : IDisposable
{
    private const int Layers = 20;
    private const int Width = 64;
    private const int Rows = 4096;
    private const int Squares = 17;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>In groups, each of a run, which is as much as many trials take.</summary>
    [Fact]
    public void WhatItsWeightsDoToTheOutputsIsMeasuredOnce()
    {
        var random = new Random(4);
        List<string> nodes = ["MatMul x,w0 -> h0"];
        nodes.AddRange(Enumerable.Range(1, Layers - 1).SelectMany(layer => (string[])
            [$"MatMul h{layer - 1},w{layer} -> m{layer}", $"Tanh m{layer} -> h{layer}"]));
        nodes.AddRange([$"MatMul h{Layers - 1},ones -> column", "Transpose column -> row", "MatMul column,row -> s0"]);
        nodes.AddRange(Enumerable.Range(1, Squares).Select(k => $"Relu s{k - 1} -> s{k}"));
        nodes.AddRange([$"ReduceMean s{Squares} -> mean", $"Add h{Layers - 1},mean -> y"]);
        _folder.Write("model.onnx", Graphs.Model([("x", [Rows, Width])], [("y", ElementType.Float)],
            [
                .. Enumerable.Range(0, Layers).Select(layer => Graphs.Matrix($"w{layer}", Width, Width, _ => (random.NextSingle() - 0.5f) / 2)),
                Graphs.Matrix("ones", Width, 1, _ => 1),
            ],
            [.. nodes]).ToByteArray());

        var phases = new ConcurrentQueue<CompressionPhase>();
        var outcome = SpecRun.Compress(
            _folder,
            """
            models: [ model.onnx ]
            rules: [ { weights: "w*", stack: [ quantize: { for: outputs, calibration: { random: { seed: 7, count: 1 } } } ] } ]
            gate: { outputs: { samples: { random: { seed: 1, count: 1 } }, r2: 0.9 } }
            """,
            threads: 2,
            new Report(progress => phases.Enqueue(progress.Phase)),
            CancellationToken.None);
        outcome.Accepted.ShouldBeTrue();
        outcome.Report.Outputs!.Pooled.R2!.Value.ShouldBeInRange(0.9, 1);
        outcome.Report.Search!.Weights.Count.ShouldBe(Layers);
        outcome.Report.Search.Weights.ShouldAllBe(weight => weight.Sensitivity > 0);
        phases.Zip(phases.Skip(1)).Count(pair => pair.First != pair.Second && pair.Second == CompressionPhase.Measuring).ShouldBe(1);
    }

    private sealed class Report(Action<CompressionProgress> action) : IProgress<CompressionProgress>
    {
        void IProgress<CompressionProgress>.Report(CompressionProgress value) => action(value);
    }
}
