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
        using var release = new ManualResetEventSlim();
        ThreadPool.GetMinThreads(out var least, out _);
        ThreadPool.GetMaxThreads(out var most, out var ports);
        var threads = Math.Max(least, ThreadPool.ThreadCount) + Environment.ProcessorCount;
        var busy = new List<Task>();
        var running = 0;
        try
        {
            ThreadPool.SetMaxThreads(threads, ports).ShouldBeTrue();
            for (var i = 0; i < 4 * threads; i++)
            {
                busy.Add(Task.Run(() =>
                {
                    Interlocked.Increment(ref running);
                    release.Wait();
                }));
            }

            // Until no more of them begin: threads that somebody else has now, and gives back, are taken by those that wait.
            var (before, clock) = (-1, Stopwatch.StartNew());
            while (clock.Elapsed < TimeSpan.FromSeconds(2))
            {
                Thread.Sleep(50);
                if (Volatile.Read(ref running) == before)
                    continue;
                (before, clock) = (running, Stopwatch.StartNew());
            }

            var run = MetricProgram.Run(new ProcessStartInfo("/bin/sh", ["-c", "echo 5; echo six >&2"]), TimeSpan.FromMinutes(1), CancellationToken.None);
            (run.ExitCode, run.Output, run.Errors).ShouldBe((0, "5\n", "six\n"));
        }
        finally
        {
            release.Set();
            ThreadPool.SetMaxThreads(most, ports);
            Task.WaitAll(busy);
        }
    }
}
