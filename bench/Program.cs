using BenchmarkDotNet.Running;
using CompressTasks.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(GaussianFit).Assembly).Run(args);
