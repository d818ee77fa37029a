using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Runtime;

namespace CompressTasks.Benchmarks.Fuzz.Processes;

/// <summary>A process that reads inputs, until there are enough or one of them ends it.</summary>
internal static class FuzzWorker
{
    public const string Command = "fuzz-worker";

    /// <summary>Reads one input where there is no more memory than it may take.</summary>
    public const string ProbeCommand = "fuzz-probe";

    public const int TooMuchMemory = 3;
    public const int Hangs = 4;

    private const string Coverage = "SharpFuzz.Common";
    private const int Edges = 1 << 16;
    private const int InputsBetweenLooks = 256;
    private const int MostSuspects = 20;

    /// <param name="args">Target, seed of the worker, inputs at most, milliseconds at most, the file of seeds, the worker's folder.</param>
    public static int Run(IReadOnlyList<string> args)
    {
        var (inputs, milliseconds) = (Number(args[2]), Number(args[3]));
        var files = new WorkerFiles(args[5]);
        var edges = Count();
        using var target = FuzzTargets.Named(args[0]).Make();
        using var state = new WorkerState(files.State);
        using var watchdog = new Watchdog(() => state.IsReading ? state.Count : null, InputLimits.Processor, InputLimits.Clock, () =>
        {
            Console.Error.WriteLine("an input takes too long");
            Environment.Exit(Hangs);
        });
        var loop = new FuzzLoop(target, edges, ulong.Parse(args[1], CultureInfo.InvariantCulture), state);
        var time = Stopwatch.StartNew();
        loop.Begin(WorkerFiles.ReadSeeds(args[4]));
        var suspects = 0;
        while (loop.Inputs < inputs && (loop.Inputs % InputsBetweenLooks != 0 || time.ElapsedMilliseconds < milliseconds))
        {
            if (loop.Step() != Outcome.Suspect || suspects == MostSuspects)
                continue;
            Directory.CreateDirectory(files.Suspects);
            File.WriteAllBytes(Path.Combine(files.Suspects, $"{suspects++}.bin"), loop.Input.ToArray());
        }

        foreach (var finding in loop.Findings)
            finding.Write(files.Findings);
        if (edges is not null)
            File.WriteAllBytes(files.Edges, edges.Seen);
        new WorkerResult(loop.Inputs, loop.Accepted, loop.Corpus.Count, Environment.CpuUsage.TotalTime.TotalSeconds).Write(files.Result);
        return 0;
    }

    /// <param name="args">Target, input.</param>
    public static int Probe(IReadOnlyList<string> args)
    {
        _ = Count();
        using var target = FuzzTargets.Named(args[0]).Make();
        var input = File.ReadAllBytes(args[1]);
        using var watchdog = new Watchdog(() => 0, InputLimits.Processor, InputLimits.Clock, () => Environment.Exit(Hangs));
        var tooMuch = false;
        AppDomain.CurrentDomain.FirstChanceException += (_, thrown) => tooMuch |= thrown.Exception is OutOfMemoryException;
        _ = FuzzLoop.Run(target, input, out _);
        return tooMuch ? TooMuchMemory : 0;
    }

    /// <summary>Where the product counts, which has to be known before any of it runs; null in a program that is not instrumented.</summary>
    private static unsafe EdgeCounts? Count()
    {
        if (typeof(CompressedModel).Assembly.GetReferencedAssemblies().All(assembly => assembly.Name != Coverage))
            return null;
        var counts = GC.AllocateArray<byte>(Edges, pinned: true);
        SharpFuzz.Common.Trace.SharedMem = (byte*)Unsafe.AsPointer(ref counts[0]);
        return new EdgeCounts(counts);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
