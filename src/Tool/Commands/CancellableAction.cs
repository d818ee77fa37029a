using System.CommandLine;

namespace CompressTasks.Tool.Commands;

/// <summary>Actions of commands that run long enough to be interrupted.</summary>
internal static class CancellableAction
{
    /// <summary>Sets what a command does.</summary>
    /// <remarks>The signal handlers are put up when the action has returned its task, so the work must not be done before.</remarks>
    public static void SetCancellableAction(this Command command, Func<ParseResult, CancellationToken, int> run) =>
        command.SetAction((parsed, cancellationToken) => Task.Run(() => run(parsed, cancellationToken), cancellationToken));
}
