using System.Diagnostics;
using CompressTasks.Tool.Commands;

namespace CompressTasks.Tool.Tests;

/// <summary>The completion script in a real bash, with the real tool.</summary>
[Trait("Speed", "Slow")]
public sealed class CompletionTests : IDisposable
{
    private const string Bash = "/bin/bash";

    private readonly Workspace _work = new();

    public CompletionTests()
    {
        if (OperatingSystem.IsWindows())
            return;

        // dotnet finds a command on the path by its name.
        var command = _work.Write("bin/dotnet-compress", $"#!/bin/sh\nexec dotnet exec '{typeof(ExitCode).Assembly.Location}' \"$@\"\n");
        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _work.Write("here/verify me.onnx", "");
    }

    public void Dispose() => _work.Dispose();

    [BashTheory]
    [InlineData("dotnet-compress ver", "verify", "verify me.onnx")]
    [InlineData("dotnet compress ver", "verify", "verify me.onnx")]
    [InlineData("dotnet  compress verify --a", "--against")]
    [InlineData("dotnet-compress plan --on-failure ", "error", "warning", "verify me.onnx")]
    [InlineData("dotnet-compress m.onnx --verbosity d", "detailed")]
    [InlineData("dotnet-compress completion z", "zsh")]
    [InlineData("dotnet-compress --nothing-like-this")]
    public async Task TheToolIsAskedForWhatMayComeNext(string line, params string[] expected) =>
        (await Complete(line)).ShouldBe(expected, ignoreOrder: true);

    [BashTheory]
    [InlineData("dotnet bu", "the completion of dotnet")]
    public async Task OtherCommandsOfDotNetAreCompletedAsBefore(string line, params string[] expected) =>
        (await Complete(line, "before() { COMPREPLY=('the completion of dotnet'); }; complete -F before dotnet")).ShouldBe(expected);

    [Fact]
    public async Task EveryShellHasAScriptForBothWaysToCallTheTool()
    {
        CompletionScripts.Shells.ShouldBe(["bash", "zsh", "pwsh"]);
        foreach (var shell in CompletionScripts.Shells)
        {
            var script = (await ToolRun.InProcess("completion", shell)).ShouldEndWith(0).Output;
            script.ShouldContain($"dotnet compress completion {shell}");
            script.ShouldContain("dotnet-compress");
            script.ShouldContain("[suggest:");
        }

        (await ToolRun.InProcess("completion", "fish")).ShouldEndWith(1).Error.ShouldContain("'fish'");
    }

    /// <summary>As readline calls the function that is registered for the first word.</summary>
    private async Task<string[]> Complete(string line, string before = "")
    {
        var script = _work.Write("complete.sh", $$"""
            {{before}}
            eval "$(dotnet-compress completion bash)"
            eval "$(dotnet-compress completion bash)"
            COMP_LINE="$1" COMP_POINT=${#1}
            read -r -a COMP_WORDS <<< "$1"
            [[ "$1" == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            [[ $(complete -p "${COMP_WORDS[0]}") =~ -F[[:space:]]+([^[:space:]]+) ]]
            "${BASH_REMATCH[1]}" "${COMP_WORDS[0]}"
            [[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
            """);
        var start = new ProcessStartInfo(Bash, ["--norc", script, line])
        {
            WorkingDirectory = _work["here"],
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment["PATH"] = $"{_work["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        return (await ToolProcess.Finish(process)).ShouldEndWith(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A theory that is reported as skipped where there is no bash.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class BashTheoryAttribute : TheoryAttribute
    {
        public BashTheoryAttribute() => Skip = File.Exists(Bash) ? null : $"{Bash} does not exist.";
    }
}
