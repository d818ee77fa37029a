using System.CommandLine;
using CompressTasks.Diagnostics;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary>The tool's commands, and the one place where errors become exit codes.</summary>
internal static class CommandLine
{
    /// <summary>How long a run may take to remove what it has begun after a signal; the longest stretch without a look at the token is the quantizing of one weight.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

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
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = _patience }, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            console.WriteLog("Cancelled; no file was left half-written.");
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
        root.Add(CompareCommand.Create(console));
        root.Add(StudyCommand.Create(console));
        root.Add(InitCommand.Create(console));
        return root;
    }
}
