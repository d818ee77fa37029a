using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using CompressTasks.Corpus;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>What a <c>dotnet</c> command did.</summary>
public sealed record DotNetResult(int ExitCode, string Output)
{
    public DotNetResult ShouldSucceed()
    {
        ExitCode.ShouldBe(0, Output);
        return this;
    }

    public DotNetResult ShouldFail()
    {
        ExitCode.ShouldNotBe(0, Output);
        return this;
    }
}

/// <summary>Runs the real SDK, cut off from the test host's environment.</summary>
internal static class DotNet
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(10);

    public static Task<DotNetResult> RunAsync(string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        RunAsync(folder, environment, _ => { }, _ => { }, arguments);

    /// <param name="folder">The current directory.</param>
    /// <param name="environment">What to add to the environment.</param>
    /// <param name="started">Is given the process.</param>
    /// <param name="written">Is given each line as it comes.</param>
    /// <param name="arguments">Of the <c>dotnet</c> command.</param>
    public static Task<DotNetResult> RunAsync(string folder, IReadOnlyDictionary<string, string?> environment, Action<Process> started,
        Action<string> written, string[] arguments) =>
        RunAsync(CreateStartInfo("dotnet", folder, environment, arguments), started, written);

    /// <summary>Runs the command as a person does, in a terminal, whose escape sequences are in the output.</summary>
    /// <param name="folder">The current directory.</param>
    /// <param name="environment">What to add to the environment.</param>
    /// <param name="arguments">Of the <c>dotnet</c> command; none may need quotes.</param>
    public static Task<DotNetResult> RunInTerminalAsync(string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        RunAsync(
            CreateStartInfo("script", folder, environment,
                ["--quiet", "--return", "--command", $"stty cols 120; dotnet {string.Join(' ', arguments)}", "/dev/null"]),
            _ => { }, _ => { });

    /// <summary>Runs what was published. Where it needs .NET, it finds the one that this process runs on.</summary>
    /// <param name="file">The program.</param>
    /// <param name="folder">The current directory.</param>
    /// <param name="environment">What to add to the environment.</param>
    /// <param name="arguments">Of the program.</param>
    public static Task<DotNetResult> RunProgramAsync(string file, string folder, IReadOnlyDictionary<string, string?> environment,
        params string[] arguments)
    {
        var start = CreateStartInfo(file, folder, environment, arguments);
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return RunAsync(start, _ => { }, _ => { });
    }

    private static async Task<DotNetResult> RunAsync(ProcessStartInfo start, Action<Process> started, Action<string> written)
    {
        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        void Append(string? line)
        {
            lock (output)
                output.AppendLine(line);
            if (line is not null)
                written(line);
        }

        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.Start();
        started(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(_timeout);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            var command = string.Join(' ', [start.FileName, .. start.ArgumentList]);
            throw new TimeoutException($"{command} took more than {_timeout}.{Environment.NewLine}{output}");
        }

        return new DotNetResult(process.ExitCode, output.ToString());
    }

    private static ProcessStartInfo CreateStartInfo(string file, string folder, IReadOnlyDictionary<string, string?> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

        // What the test host's own SDK has set would lead the other SDK process astray.
        foreach (var name in start.Environment.Keys.Where(IsOfTestHost).ToList())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        CompilerServer.AddTo(start.Environment);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_FORCE_UTF8_ENCODING"] = "true";
        start.Environment["DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE"] = "true";
        start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    private static bool IsOfTestHost(string name) =>
        (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("DOTNET_", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("VSTEST_", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("CORECLR_", StringComparison.OrdinalIgnoreCase))
        && !name.StartsWith("DOTNET_ROOT", StringComparison.OrdinalIgnoreCase);
}
