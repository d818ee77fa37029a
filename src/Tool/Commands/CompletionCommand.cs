using System.CommandLine;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress completion SHELL</c>: a script that lets a shell complete commands and options.</summary>
internal static class CompletionCommand
{
    public static Command Create(ToolConsole console)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or pwsh." };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);
        var command = new Command("completion", "Prints a script that lets a shell complete commands and options.") { shell };
        command.SetAction(parsed =>
        {
            console.WriteResult(CompletionScripts.For(parsed.GetRequiredValue(shell)));
            return ExitCode.Done;
        });
        return command;
    }
}
