using SharpFuzz;

namespace CompressTasks.Benchmarks.Fuzz.Processes;

/// <summary>This program in another folder, where the product's assemblies count their edges.</summary>
internal static class InstrumentedCopy
{
    private static readonly string[] _instrumented =
        ["CompressTasks.Runtime.dll", "CompressTasks.Core.dll", "CompressTasks.Tool.dll", "CompressTasks.Media.dll"];

    /// <returns>The assembly to start.</returns>
    public static string Make(string folder)
    {
        Directory.CreateDirectory(folder);
        var program = typeof(InstrumentedCopy).Assembly.GetName().Name!;
        foreach (var path in Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
            .Append(Path.Combine(AppContext.BaseDirectory, $"{program}.runtimeconfig.json")))
            File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));
        // In place of those that are compiled ahead of time.
        var intermediate = Path.Combine(AppContext.BaseDirectory, "il");
        foreach (var path in Directory.Exists(intermediate) ? Directory.GetFiles(intermediate) : [])
            File.Copy(path, Path.Combine(folder, Path.GetFileName(path)), overwrite: true);
        foreach (var name in _instrumented)
            Fuzzer.Instrument(Path.Combine(folder, name), _ => true, Options.Value);
        return Path.Combine(folder, $"{program}.dll");
    }
}
