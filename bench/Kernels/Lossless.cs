using BenchmarkDotNet.Attributes;
using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Kernels;

/// <summary>The <c>lossless</c> stack on the four attention projections of the sample, on one thread: 1 MiB of fp32 per operation.</summary>
[Config(typeof(Config))]
public class Lossless
{
    private WeightSet _weights = null!;
    private byte[][] _chunks = [];

    [GlobalSetup]
    public void Read()
    {
        _weights = SampleWeights.AttentionProjectionSet();
        _chunks = Encode();
    }

    [Benchmark]
    public byte[][] Encode() => ProductCoder.Encode(_weights, Stacks.Lossless, threads: 1);

    [Benchmark]
    public object Decode() => ProductCoder.Decode(_weights, _chunks, threads: 1);

    private sealed class Config() : ShortRuns(SampleWeights.AttentionProjectionBytes);
}
