using System.CommandLine;
using CompressTasks.Diagnostics;
using CompressTasks.Media;
using CompressTasks.Outputs.Samples.Media;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary>The tool's commands, and the one place where errors become exit codes.</summary>
internal static class CommandLine
{
    /// <summary>As users type it: <c>dotnet</c> finds the executable <c>dotnet-compress</c>.</summary>
    public const string Name = "dotnet compress";

    /// <summary>
    /// How long a run may take to remove what it has begun after a signal; the longest stretch without a look at the token is the quantizing of one
    /// weight.
    /// </summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] args, ToolConsole console, CancellationToken cancellationToken = default)
    {
        ImageDecoding.Decoder = new ImageDecoder();
        var parsed = Build(console).Parse(args);
        var mistakes = UnknownArguments.Explain(parsed);
        if (mistakes.Count > 0)
        {
            foreach (var message in mistakes)
                console.Write(ToolDiagnostics.InvalidCommandLine(message));
            console.WriteLog($"Run '{Name} --help' to see the commands and options.");
            return ExitCode.Error;
        }

        try
        {
            return await parsed.InvokeAsync(Configuration(console), cancellationToken).ConfigureAwait(false);
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
        catch (Exception e) when (e is OutOfMemoryException)
        {
            console.Write(ToolDiagnostics.OutOfMemory());
        }
        catch (Exception e)
        {
            // No input leads here as far as anybody knows. Whoever meets one is told what happened, as with any other error.
            console.Write(ToolDiagnostics.Unexpected(e));
            foreach (var line in e.ToString().Split('\n'))
                console.WriteLog(line.TrimEnd('\r'));
        }

        return ExitCode.Error;
    }

    private static InvocationConfiguration Configuration(ToolConsole console) => new()
    {
        Output = console.OutputWriter,
        Error = console.ErrorWriter,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = _patience,
    };

    /// <summary>The whole of the command line.</summary>
    public static RootCommand Build(ToolConsole console)
    {
        var root = CompressCommand.Create(console);
        root.Add(PlanCommand.Create(console));
        root.Add(RestoreCommand.Create(console));
        root.Add(VerifyCommand.Create(console));
        root.Add(InspectCommand.Create(console));
        root.Add(CompareCommand.Create(console));
        root.Add(StudyCommand.Create(console));
        root.Add(InitCommand.Create(console));
        root.Add(SchemaCommand.Create(console));
        root.Add(CacheCommand.Create(console));
        root.Add(CompletionCommand.Create(console));
        root.Add(MemoryCommand.Create(console));
        root.HelpName = Name;
        HelpWithExamples.AddTo(root);
        return root;
    }
}
