using System.Diagnostics;

namespace CompressTasks.Tool.Tests;

/// <summary>The built tool as a process of its own.</summary>
internal static class ToolProcess
{
    public static Process Start(string folder, params string[] args) => Start(folder, new Dictionary<string, string>(), args);

    public static Process Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ExitCode).Assembly.Location, .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Where these tests run must not change what the tool says.
        foreach (var name in (string[])["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "TF_BUILD"])
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static async Task<ToolRun> Run(string folder, params string[] args)
    {
        using var process = Start(folder, args);
        return await Finish(process);
    }

    public static async Task<ToolRun> Finish(Process process, TimeSpan? longest = null)
    {
        using var patience = new CancellationTokenSource(longest ?? TimeSpan.FromMinutes(2));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
