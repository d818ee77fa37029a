using BenchmarkDotNet.Attributes;
using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Kernels;

/// <summary>The <c>quantize</c> stack on the four attention projections of the sample, on one thread: 1 MiB of fp32 per operation.</summary>
[Config(typeof(Config))]
public class Quantization
{
    private WeightSet _weights = null!;
    private StackSpec _stack = null!;
    private byte[][] _chunks = [];

    [Params(0.9, 0.99, 0.999)]
    public double R2 { get; set; }

    [GlobalSetup]
    public void Read()
    {
        _weights = SampleWeights.AttentionProjectionSet();
        _stack = Stacks.Quantize(R2);
        _chunks = Encode();
    }

    [Benchmark]
    public byte[][] Encode() => ProductCoder.Encode(_weights, _stack, threads: 1);

    [Benchmark]
    public object Decode() => ProductCoder.Decode(_weights, _chunks, threads: 1);

    private sealed class Config() : ShortRuns(SampleWeights.AttentionProjectionBytes);
}
