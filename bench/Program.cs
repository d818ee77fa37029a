using BenchmarkDotNet.Running;
using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Benchmarks.Kernels;

if (args is ["corpus", ..])
    return CorpusCommand.Run(args[1..]);

BenchmarkSwitcher.FromAssembly(typeof(GaussianFit).Assembly).Run(args);
return 0;
