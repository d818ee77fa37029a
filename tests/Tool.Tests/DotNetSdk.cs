using System.Diagnostics;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests;

/// <summary>Commands of the real SDK in a home folder of their own, cut off from what the test host's SDK has set.</summary>
internal sealed class DotNetSdk(string home, string? packages = null)
{
    private static readonly string[] _ofTestHost = ["MSBUILD", "DOTNET_", "VSTEST_", "CORECLR_"];

    public Task<ToolRun> Run(string folder, params string[] args) => Run(folder, new Dictionary<string, string>(), "dotnet", args);

    /// <summary>Runs lines of a shell, up to the first that fails.</summary>
    public Task<ToolRun> RunScript(string folder, IReadOnlyDictionary<string, string> environment, string script) =>
        Run(folder, environment, "bash", "-euxc", script);

    private async Task<ToolRun> Run(string folder, IReadOnlyDictionary<string, string> environment, string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var name in start.Environment.Keys.Where(name => _ofTestHost.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                && !name.StartsWith("DOTNET_ROOT", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["HOME"] = start.Environment["USERPROFILE"] = start.Environment["DOTNET_CLI_HOME"] = home;
        start.Environment["NUGET_PACKAGES"] = packages ?? Path.Combine(home, "packages");
        start.Environment["PATH"] = $"{Path.Combine(home, ".dotnet", "tools")}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["MSBUILDDISABLENODEREUSE"] = start.Environment["DOTNET_NOLOGO"] = start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        CompilerServer.AddTo(start.Environment);
        start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = start.Environment["DOTNET_ADD_GLOBAL_TOOLS_TO_PATH"] = "false";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        return await ToolProcess.Finish(process, TimeSpan.FromMinutes(10));
    }
}
