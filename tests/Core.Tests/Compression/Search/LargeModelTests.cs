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
        var chain = new LayerChain(Layers, Width);
        List<string> nodes = [.. chain.Nodes, $"MatMul {chain.Output},ones -> column", "Transpose column -> row", "MatMul column,row -> s0"];
        nodes.AddRange(Enumerable.Range(1, Squares).Select(k => $"Relu s{k - 1} -> s{k}"));
        nodes.AddRange([$"ReduceMean s{Squares} -> mean", $"Add {chain.Output},mean -> y"]);
        _folder.Write("model.onnx", Graphs.Model([("x", [Rows, Width])], [("y", ElementType.Float)],
            [.. chain.Weights(seed: 4), Graphs.Matrix("ones", Width, 1, _ => 1)],
            [.. nodes]).ToByteArray());

        var told = new ConcurrentQueue<CompressionProgress>();
        var outcome = SpecRun.Compress(
            _folder,
            """
            models: [ model.onnx ]
            rules: [ { weights: "w*", stack: [ quantize: { for: outputs, calibration: { random: { seed: 7, count: 1 } } } ] } ]
            gate: { outputs: { samples: { random: { seed: 1, count: 1 } }, r2: 0.9 } }
            """,
            threads: 2,
            new ToldProgress(told.Enqueue),
            CancellationToken.None);
        outcome.Accepted.ShouldBeTrue();
        outcome.Report.Outputs!.Pooled.R2!.Value.ShouldBeInRange(0.9, 1);
        outcome.Report.Search!.Weights.Count.ShouldBe(Layers);
        outcome.Report.Search.Weights.ShouldAllBe(weight => weight.Sensitivity > 0);
        told.Zip(told.Skip(1)).Count(pair => pair.First.Phase != pair.Second.Phase && pair.Second.Phase == CompressionPhase.Measuring).ShouldBe(1);

        // Running it backwards, which fails, is no part of what is done.
        told.Where(progress => progress.Phase == CompressionPhase.Calibrating).Select(progress => progress.DoneBytes)
            .ShouldBeInOrder(SortDirection.Ascending);
    }
}
