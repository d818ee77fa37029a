using System.Diagnostics;
using CompressTasks.Metrics;

namespace CompressTasks.Core.Tests.Metrics;

/// <summary>A host may have no thread of its pool left for seconds: builds and test runs do.</summary>
[Collection(nameof(BusyThreadPoolTests))]
[CollectionDefinition(nameof(BusyThreadPoolTests), DisableParallelization = true)]
public sealed class BusyThreadPoolTests
{
    [ShellFact]
    public void WhatAProgramWritesIsReadWithoutThePool()
    {
        var release = new ManualResetEventSlim();
        ThreadPool.GetMinThreads(out var least, out _);
        Task[] busy = [.. Enumerable.Range(0, 16 + (4 * Math.Max(least, ThreadPool.ThreadCount))).Select(_ => Task.Run(() => release.Wait()))];
        var clock = Stopwatch.StartNew();
        var run = MetricProgram.Run(new ProcessStartInfo("/bin/sh", ["-c", "echo 5; echo six >&2"]), TimeSpan.FromMinutes(1), CancellationToken.None);
        release.Set();
        Task.WaitAll(busy);
        clock.Elapsed.TotalSeconds.ShouldBeLessThan(30);
        (run.ExitCode, run.Output, run.Errors).ShouldBe((0, "5\n", "six\n"));
    }
}
