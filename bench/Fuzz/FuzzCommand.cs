using System.Collections.Concurrent;
using System.Globalization;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Processes;
using CompressTasks.Benchmarks.Page;
using CompressTasks.IO;

namespace CompressTasks.Benchmarks.Fuzz;

/// <summary>
/// <c>dotnet run -c Release --project bench -- fuzz</c>: inputs that nobody has written, for every reader; exit code 1 if one of them does what is
/// not documented. Workers are processes, which count the edges that inputs reach (SharpFuzz) and end with an input that ends them.
/// </summary>
internal static class FuzzCommand
{
    public static int Run(IReadOnlyList<string> args)
    {
        FuzzOptions options;
        try
        {
            options = FuzzOptions.Parse(args);
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }

        return options.Repeat is { } path ? Repeat(path) : Run(options);
    }

    private static int Run(FuzzOptions options)
    {
        using var folder = new TemporaryFolder("fuzz");
        var program = InstrumentedCopy.Make(Path.Combine(folder.FullName, "program"));
        var jobs = Jobs(options).ToList();
        foreach (var share in options.Targets)
        {
            using var target = share.Make();
            WorkerFiles.WriteSeeds(Path.Combine(folder.FullName, share.Name), target.Seeds());
        }

        // One after the other, so that no worker is left alone with several at the end.
        var queue = Partitioner.Create(jobs.Index(), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(queue, new ParallelOptions { MaxDegreeOfParallelism = options.Workers }, job =>
        {
            var own = Path.Combine(folder.FullName, job.Index.ToString(CultureInfo.InvariantCulture));
            job.Item.Run(program, Path.Combine(folder.FullName, job.Item.Share.Name), own);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{job.Item.Share.Name}: {job.Item.Result.Inputs:N0} inputs, {job.Item.Result.Seconds:F1} s, {job.Item.Findings.Count} findings"));
        });
        var figures = jobs.GroupBy(job => job.Share).Select(FuzzFigures.Of).ToList();
        var table = FuzzFigures.Table(figures, options);
        Console.WriteLine(table);
        if (options.Page)
            ReliabilityPage.Store("fuzz", table);
        var findings = jobs.SelectMany(job => job.Findings).DistinctBy(finding => finding.Id).ToList();
        foreach (var finding in findings)
            Console.WriteLine($"FINDING {finding.Write(options.Output)}: {finding.Signature}");
        return findings.Count == 0 ? 0 : 1;
    }

    /// <summary>One for each reader and worker, the longest first.</summary>
    private static IEnumerable<WorkerJob> Jobs(FuzzOptions options)
    {
        var (ofInputs, ofTime) = (options.Targets.Sum(share => share.Inputs), options.Targets.Sum(share => share.Time));
        foreach (var share in options.Targets.OrderByDescending(share => share.Time))
        {
            for (var worker = 0; worker < options.Workers; worker++)
            {
                // Rounded up: all of them together are at least as many as asked for.
                var inputs = options.Inputs is { } all ? (long)((((Int128)all * share.Inputs) - 1) / ofInputs / options.Workers) + 1 : long.MaxValue >> 1;
                var time = options.Seconds is { } seconds ? TimeSpan.FromSeconds((double)seconds * share.Time / ofTime) : TimeSpan.MaxValue;
                yield return new WorkerJob(share, inputs, time, new FuzzRandom((options.Seed << 8) + (ulong)worker).Next() >> 1);
            }
        }
    }

    /// <summary>Reads the input of a finding again.</summary>
    private static int Repeat(string path)
    {
        using var target = FuzzTargets.Named(Path.GetFileName(path).Split('-')[1]).Make();
        var outcome = FuzzLoop.Run(target, File.ReadAllBytes(path), out var error);
        Console.WriteLine(error?.ToString() ?? outcome.ToString());
        return error is null ? 0 : 1;
    }
}
