using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;

namespace CompressTasks.Benchmarks.Kernels;

/// <summary>
/// Few iterations and a column of megabytes per second: a kernel takes half a minute, and the default would run up to a hundred iterations on a
/// machine that is not quiet.
/// </summary>
internal abstract class ShortRuns : ManualConfig
{
    protected ShortRuns(double bytesPerOperation)
    {
        AddJob(Job.Default.WithWarmupCount(3).WithIterationCount(8));
        AddColumn(StatisticColumn.Min, new MegabytesPerSecondColumn(bytesPerOperation));
    }
}
