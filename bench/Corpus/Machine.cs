using System.Globalization;
using System.Runtime.InteropServices;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>What a reader needs to know of the machine, and nothing that names it.</summary>
internal static class Machine
{
    private const string LinuxProcessors = "/proc/cpuinfo";

    public static string Description { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}; {RuntimeInformation.FrameworkDescription}; {RuntimeInformation.OSDescription}");

    private static string Processor()
    {
        var line = File.Exists(LinuxProcessors)
            ? File.ReadLines(LinuxProcessors).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? "processor unknown";
    }
}
