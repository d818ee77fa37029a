using System.Diagnostics;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>A run of <c>dotnet compress</c> in a process of its own.</summary>
/// <param name="Seconds">By the clock, with the start of the runtime.</param>
/// <param name="ProcessorSeconds">Of all threads, but for the very last moments.</param>
/// <param name="PeakBytes">The largest part of its memory that was ever resident, files mapped into it included.</param>
internal sealed record ToolRun(double Seconds, double ProcessorSeconds, long PeakBytes)
{
    /// <summary>
    /// How often times and the peak are read while the process runs. The system keeps them, so only growth in the very last moments is missed.
    /// </summary>
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(5);

    public static ToolRun Start(params string[] arguments)
    {
        var tool = Path.Combine(AppContext.BaseDirectory, "CompressTasks.Tool.dll");
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [tool, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var (processor, peak) = (TimeSpan.Zero, 0L);
        while (!process.WaitForExit(_interval))
        {
            // Of a process that has ended and is not yet gone, the system tells a peak of nothing.
            if (Look(process) is { } now)
                (processor, peak) = (now.Processor, Math.Max(peak, now.Peak));
        }

        var seconds = watch.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new(seconds, processor.TotalSeconds, peak)
            : throw new InvalidOperationException($"dotnet compress failed with exit code {process.ExitCode}: {output.Result}{errors.Result}");
    }

    private static (TimeSpan Processor, long Peak)? Look(Process process)
    {
        try
        {
            process.Refresh();
            return (process.TotalProcessorTime, process.PeakWorkingSet64);
        }
        catch (InvalidOperationException)
        {
            // It ended between two looks.
            return null;
        }
    }
}

/// <summary>Compressing a model at R² 0.99 and restoring it, on all cores.</summary>
internal sealed record ToolFigures(long ModelBytes, long ArtifactBytes, ToolRun Compress, ToolRun Restore)
{
    public static ToolFigures Measure(string model)
    {
        var folder = Directory.CreateTempSubdirectory("compresstasks-bench").FullName;
        try
        {
            var compress = ToolRun.Start(model, "--r2", "0.99", "--output", folder);
            var artifact = Directory.GetFiles(folder, "*.onnxz").Single();
            var restore = ToolRun.Start("restore", artifact, "--output", Path.Combine(folder, "restored.onnx"));
            return new(new FileInfo(model).Length, new FileInfo(artifact).Length, compress, restore);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
