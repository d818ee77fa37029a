using CompressTasks.Compression;

namespace CompressTasks.Tool.Output;

/// <summary>Shows how far a run is: bars on a terminal, lines elsewhere.</summary>
internal static class RunProgress
{
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(10);

    /// <summary>With <see cref="Verbosity.Minimal"/>, as in a build, a log gets nothing but a sign of life when the run is long.</summary>
    public static T Show<T>(ToolConsole console, Verbosity verbosity, Func<IProgress<CompressionProgress>?, T> run)
    {
        if (verbosity == Verbosity.Quiet)
            return run(null);
        if (console.ErrorIsTerminal && console.Error.Profile.Capabilities.Interactive)
            return ProgressBars.Show(console.Error, run);
        using var lines = new ProgressLines(console, sayPhases: verbosity >= Verbosity.Normal, _silence);
        return run(lines);
    }
}
