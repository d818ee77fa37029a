using BenchmarkDotNet.Attributes;
using CompressTasks.Numerics;
using CompressTasks.Stages;
using CompressTasks.Stages.Gaussian;

namespace CompressTasks.Benchmarks.Kernels;

/// <summary>
/// The gaussian stage with its defaults (K = 8, blocks of 256) on the four attention projections of the sample: 1 MiB of fp32 per operation.
/// </summary>
[Config(typeof(Config))]
public class GaussianFit
{
    private const int Columns = 256;

    private Matrix[] _weights = [];
    private Level[] _levels = [];
    private double[] _ones = [];

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Read()
    {
        _weights = SampleWeights.AttentionProjections();
        _ones = [.. Enumerable.Repeat(1.0, Columns)];
        _levels = Encode(refine: true);
    }

    [Benchmark]
    public object PursuitOnly() => Encode(refine: false);

    [Benchmark(Baseline = true)]
    public object PursuitAndRefinement() => Encode(refine: true);

    [Benchmark]
    public object Decode() => Array.ConvertAll(_levels, level => level.Decoder.Decode(level.Parameters));

    private Level[] Encode(bool refine)
    {
        var stage = new GaussianStage(new GaussianOptions(), Threads, refine);
        return Array.ConvertAll(_weights, weight => stage.Encode(weight, _ones, CancellationToken.None)[0]);
    }

    private sealed class Config() : ShortRuns(SampleWeights.AttentionProjectionBytes);
}
