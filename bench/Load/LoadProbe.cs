using System.Diagnostics;
using System.Globalization;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Load;

/// <summary>What a process measures that opens one model and makes one session of it.</summary>
/// <param name="Milliseconds">Until the session is there, from when the program begins.</param>
/// <param name="ProcessorMilliseconds">Of all threads, in the same time.</param>
/// <param name="PeakMegabytes">The process's largest working set.</param>
/// <param name="KeptMegabytes">Its working set while the session is there.</param>
/// <param name="PrivateMegabytes">Memory that it shares with nobody while the session is there; without files that are mapped.</param>
internal sealed record LoadProbe(double Milliseconds, double ProcessorMilliseconds, double PeakMegabytes, double KeptMegabytes,
    double PrivateMegabytes)
{
    public const string Command = "load-probe";

    /// <summary>Loads a model in a new process.</summary>
    /// <param name="model">A model or an artifact.</param>
    /// <param name="cache">The folder of a cache; null for none.</param>
    /// <param name="isOptimized">Whether the cache has the optimized model.</param>
    public static LoadProbe Start(string model, string? cache = null, bool isOptimized = false)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Command, model, cache ?? "", $"{isOptimized}"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var figures = process.StandardOutput.ReadToEnd().Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToList();
        process.WaitForExit();
        return new(figures[0], figures[1], figures[2], figures[3], figures[4]);
    }

    /// <summary>Of several processes, each of which loads the model, the one that took the median time.</summary>
    public static LoadProbe Usual(string model, int processes) =>
        Enumerable.Range(0, processes).Select(_ => Start(model)).OrderBy(probe => probe.Milliseconds).ElementAt(processes / 2);

    /// <summary>Loads the model in this process, and prints the figures.</summary>
    public static void Run(string model, string cache, bool isOptimized)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        using var session = Load(model, new() { Cache = cache.Length > 0 ? new(cache) : null, CacheOptimized = isOptimized });
        var time = clock.Elapsed.TotalMilliseconds;
        process.Refresh();
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"{time} {(process.TotalProcessorTime - before).TotalMilliseconds} {process.PeakWorkingSet64 / 1e6} {process.WorkingSet64 / 1e6} "
                + $"{PrivateBytes(process) / 1e6}"));
    }

    /// <summary>Anonymous pages; where the system does not tell, what .NET calls private.</summary>
    private static double PrivateBytes(Process process)
    {
        const string Anonymous = "RssAnon:";
        const string Status = "/proc/self/status";
        var line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Anonymous, StringComparison.Ordinal)) : null;
        return line is null ? process.PrivateMemorySize64
            : 1024 * double.Parse(line[Anonymous.Length..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
    }

    private static InferenceSession Load(string path, CompressedModelOptions reading)
    {
        if (!path.EndsWith(".onnxz", StringComparison.Ordinal))
            return new InferenceSession(path);
        using var model = CompressedModel.Open(path, reading);
        return model.CreateSession();
    }
}
