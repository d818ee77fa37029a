using System.Collections.Concurrent;
using System.Diagnostics;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression.Search;

/// <summary>A long chain of products of what the model computes makes every run slow, and its forty weights are many to measure.</summary>
[Trait("Speed", "Slow")]
public sealed class SlowModelTests : IDisposable
{
    private const int Layers = 40;
    private const int Width = 64;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheSearchEndsInTimeAndSaysSo()
    {
        Write(products: 100);
        var phases = new ConcurrentDictionary<CompressionPhase, Stopwatch>();
        var clock = Stopwatch.StartNew();
        var begun = TimeSpan.Zero;
        var outcome = Compress(", maxTime: 6 s", progress =>
        {
            if (phases.TryAdd(progress.Phase, Stopwatch.StartNew()) && progress.Phase == CompressionPhase.Preparing)
                begun = clock.Elapsed;
        });
        var search = phases[CompressionPhase.Preparing].Elapsed - phases[CompressionPhase.Encoding].Elapsed;
        outcome.Report.Search!.TimedOut.ShouldBeTrue();
        outcome.Diagnostics.ShouldContain(diagnostic => diagnostic.Code == "CT4009");
        outcome.Report.Search.Trials.ShouldNotBeEmpty();

        // A tenth more, and a run of each sample.
        search.TotalSeconds.ShouldBeLessThan(6 * 1.1 + 3);
    }

    [Fact]
    public void EveryPhaseTellsItsShare()
    {
        Write(products: 1);
        var shares = new ConcurrentDictionary<CompressionPhase, ConcurrentBag<double>>();
        Compress("", progress =>
        {
            if (progress.TotalBytes > 0)
                shares.GetOrAdd(progress.Phase, _ => []).Add((double)progress.DoneBytes / progress.TotalBytes);
        });
        foreach (var phase in (CompressionPhase[])[CompressionPhase.Preparing, CompressionPhase.Calibrating, CompressionPhase.Measuring,
            CompressionPhase.Searching, CompressionPhase.Encoding, CompressionPhase.Verifying])
        {
            shares[phase].ShouldAllBe(share => share >= 0 && share <= 1, phase.ToString());
            shares[phase].Count(share => share is > 0 and < 1).ShouldBeGreaterThan(2, phase.ToString());
            shares[phase].ShouldContain(1.0, phase.ToString());
        }
    }

    [Theory]
    [InlineData(CompressionPhase.Calibrating)]
    [InlineData(CompressionPhase.Measuring)]
    [InlineData(CompressionPhase.Searching)]
    public void CancellationDoesNotWaitForARun(CompressionPhase at)
    {
        // One run of the model takes longer than all that is allowed here.
        Write(products: 600);
        using var source = new CancellationTokenSource();
        var since = new Stopwatch();
        Thread? user = null;
        Should.Throw<OperationCanceledException>(() => Compress(", maxTime: 1 s", progress =>
        {
            if (progress.Phase != at || Interlocked.CompareExchange(ref user, new Thread(Cancel), null) is not null)
                return;
            user.Start();
        }, source.Token));
        since.Elapsed.TotalSeconds.ShouldBeLessThan(1);

        // A thread of its own: timers wait where many tests do.
        void Cancel()
        {
            Thread.Sleep(100);
            since.Start();
            source.Cancel();
        }
    }

    private void Write(int products)
    {
        var chain = new LayerChain(Layers, Width);
        List<string> nodes = [.. chain.Nodes, $"Transpose {chain.Output} -> t", $"MatMul {chain.Output},t -> s", "Softmax s -> p0"];
        nodes.AddRange(Enumerable.Range(1, products).Select(k => $"MatMul p{k - 1},p0 -> p{k}"));
        nodes.AddRange([$"MatMul p{products},{chain.Output} -> z", $"Add z,{chain.Output} -> y"]);
        _folder.Write("model.onnx", Graphs.Model([("x", [384, Width])], [("y", ElementType.Float)],
            [.. chain.Weights(seed: 3)], [.. nodes]).ToByteArray());
    }

    private CompressionOutcome Compress(string options, Action<CompressionProgress> progress, CancellationToken cancellationToken = default) =>
        SpecRun.Compress(
            _folder,
            $$"""
            models: [ model.onnx ]
            rules: [ { weights: "**", stack: [ quantize: { for: outputs, calibration: { random: { seed: 7, count: 3 } }{{options}} } ] } ]
            gate: { onFailure: warning, outputs: { samples: { random: { seed: 1, count: 2 } }, r2: 0.9 } }
            """,
            threads: 2,
            new ToldProgress(progress),
            cancellationToken);
}
