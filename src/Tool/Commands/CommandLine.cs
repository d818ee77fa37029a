using System.CommandLine;
using CompressTasks.Diagnostics;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary>The tool's commands, and the one place where errors become exit codes.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, ToolConsole console, CancellationToken cancellationToken = default)
    {
        var parsed = Build(console).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                console.Write(ToolDiagnostics.InvalidCommandLine(error.Message));
            console.WriteLog("Run 'dotnet compress --help' to see the commands and options.");
            return ExitCode.Error;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            console.WriteLog("Cancelled; nothing was left behind.");
            return ExitCode.Cancelled;
        }
        catch (CompressException e)
        {
            foreach (var diagnostic in e.Diagnostics)
                console.Write(diagnostic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            console.Write(ToolDiagnostics.InputOutput(e.Message));
        }

        return ExitCode.Error;
    }

    private static RootCommand Build(ToolConsole console)
    {
        var root = CompressCommand.Create(console);
        root.Add(RestoreCommand.Create(console));
        root.Add(VerifyCommand.Create(console));
        root.Add(InspectCommand.Create(console));
        root.Add(StudyCommand.Create(console));
        root.Add(InitCommand.Create(console));
        return root;
    }
}
