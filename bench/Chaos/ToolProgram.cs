using System.Diagnostics;
using System.Text.RegularExpressions;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>The tool as a process of its own, which is started some thousand times: without what only pays in long runs.</summary>
internal static partial class ToolProgram
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "CompressTasks.Tool.dll");

    /// <param name="arguments">Of the tool.</param>
    /// <param name="environment">What it has besides that of this process.</param>
    public static Process Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Assembly, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in (string[])["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "TF_BUILD"])
            start.Environment.Remove(name);
        start.Environment["DOTNET_TieredPGO"] = start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static ToolOutcome Run(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(arguments, environment);
        return Finish(process);
    }

    /// <summary>Waits for its end; whoever takes a minute for these models hangs, and is killed.</summary>
    public static ToolOutcome Finish(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(_patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new(int.MinValue, "it hangs");
        }

        output.Wait();
        return new(process.ExitCode, errors.Result);
    }

    [GeneratedRegex(@"\bCT\d{4}\b", RegexOptions.NonBacktracking)]
    internal static partial Regex DiagnosticNumber();
}

/// <summary>How a run has ended.</summary>
/// <param name="ExitCode">The smallest number for one that hangs.</param>
/// <param name="Errors">What it has said of them.</param>
internal sealed record ToolOutcome(int ExitCode, string Errors)
{
    private const string OfCompressTasks = "CT5031";

    public bool IsDone => ExitCode == 0;

    /// <summary>An error with a number, and not the number of errors that nobody has thought of.</summary>
    public bool IsRefused =>
        ExitCode == 1 && ToolProgram.DiagnosticNumber().IsMatch(Errors) && !Errors.Contains(OfCompressTasks, StringComparison.Ordinal);

    public override string ToString() => $"exit code {ExitCode}: {Errors.Trim()}";
}
