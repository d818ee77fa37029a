using CompressTasks.Tool.Commands;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Tests;

/// <summary>What the tool said and how it ended.</summary>
/// <param name="ExitCode">The process's exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command line in this process, with both streams redirected.</summary>
    public static async Task<ToolRun> InProcess(params string[] args)
    {
        using StringWriter output = new(), error = new();
        var exitCode = await CommandLine.RunAsync(args, new ToolConsole(output, error, outputIsTerminal: false, errorIsTerminal: false));
        return new(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Demands the exit code, and shows what the tool said when it is another one.</summary>
    public ToolRun ShouldEndWith(int exitCode)
    {
        ExitCode.ShouldBe(exitCode, Output + Error);
        return this;
    }
}
