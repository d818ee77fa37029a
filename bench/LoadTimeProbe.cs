using System.Diagnostics;
using System.Globalization;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks;

/// <summary>What one process measures when it loads one model, once or several times.</summary>
/// <param name="First">Milliseconds of the first load.</param>
/// <param name="Again">Median milliseconds of the later ones; of the first, if there are none.</param>
/// <param name="PeakMegabytes">The process's largest working set.</param>
/// <param name="KeptMegabytes">Its working set while the last session is alive.</param>
internal sealed record LoadTimeProbe(double First, double Again, double PeakMegabytes, double KeptMegabytes)
{
    public const string Command = "load-probe";

    /// <summary>Loads the model in a new process.</summary>
    public static LoadTimeProbe Start(string model, int runs)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in new[] { Command, model, runs.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var figures = process.StandardOutput.ReadToEnd().Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToList();
        process.WaitForExit();
        return new(figures[0], figures[1], figures[2], figures[3]);
    }

    /// <summary>Loads the model in this process, and prints the figures.</summary>
    public static void Run(string model, string runs)
    {
        var times = new double[int.Parse(runs, CultureInfo.InvariantCulture)];
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        var kept = 0.0;
        for (var i = 0; i < times.Length; i++)
        {
            var clock = Stopwatch.StartNew();
            using var session = Load(model, options);
            times[i] = clock.Elapsed.TotalMilliseconds;
            kept = Environment.WorkingSet / 1e6;
        }

        var later = times.Length == 1 ? times : [.. times.Skip(1).Order()];
        using var process = Process.GetCurrentProcess();
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{times[0]} {later[later.Length / 2]} {process.PeakWorkingSet64 / 1e6} {kept}"));
    }

    private static InferenceSession Load(string path, SessionOptions options)
    {
        if (!path.EndsWith(".onnxz", StringComparison.Ordinal))
            return new InferenceSession(path, options);
        using var model = CompressedModel.Open(path);
        return model.CreateSession(options);
    }
}
