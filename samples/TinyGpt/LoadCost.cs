using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace TinyGpt;

/// <summary>What loading a model costs a process that does nothing else: the time until the session is there, and the largest working set.</summary>
internal sealed record LoadCost(double Milliseconds, double PeakMegabytes)
{
    /// <summary>The argument that makes this program load one model, print the cost, and end.</summary>
    public const string Argument = "--measure-load";

    /// <summary>Starts this program once more, so that neither model finds ready what the other one has paid for.</summary>
    public static LoadCost Of(string model)
    {
        // The program itself, or "dotnet" with the program as its argument.
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        start.ArgumentList.Add(Argument);
        start.ArgumentList.Add(model);
        using var process = Process.Start(start)!;
        var figures = process.StandardOutput.ReadToEnd().Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        process.WaitForExit();
        return new LoadCost(figures[0], figures[1]);
    }

    /// <summary>Loads a model in this process and prints what it cost.</summary>
    public static void Print(Func<InferenceSession> load)
    {
        var clock = Stopwatch.StartNew();
        using var session = load();
        clock.Stop();
        using var process = Process.GetCurrentProcess();
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalMilliseconds} {process.PeakWorkingSet64 / 1e6}"));
    }
}
