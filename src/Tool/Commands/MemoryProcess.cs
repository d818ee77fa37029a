using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using CompressTasks.Outputs.Speed;
using CompressTasks.Tool.OnnxRuntimes;

namespace CompressTasks.Tool.Commands;

/// <summary>Starts the tool once more, to measure what memory a session takes.</summary>
internal static class MemoryProcess
{
    /// <returns>Null where it cannot be known.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static SessionMemory? Measure(OnnxRuntimeSearch onnxRuntime, SessionTrial trial, CancellationToken cancellationToken)
    {
        if (Start(onnxRuntime, trial) is not { } start)
            return null;
        try
        {
            using var process = new Process { StartInfo = start };
            process.Start();
            using var ending = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            _ = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            cancellationToken.ThrowIfCancellationRequested();
            return process.ExitCode == ExitCode.Done ? Parse(output) : null;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            return null;
        }
    }

    /// <summary>The program of this process, unless it is another's that runs the tool inside itself.</summary>
    private static ProcessStartInfo? Start(OnnxRuntimeSearch onnxRuntime, SessionTrial trial)
    {
        var tool = typeof(MemoryProcess).Assembly;
        IReadOnlyList<string>? program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) switch
        {
            "dotnet" => [tool.Location],
            var name when name == tool.GetName().Name => [],
            _ => null,
        };
        return program is null ? null : new(Environment.ProcessPath!,
        [
            .. program, MemoryCommand.Name, trial.ModelPath, MemoryCommand.Inputs, trial.InputsPath,
            "--threads", trial.Threads.ToString(CultureInfo.InvariantCulture), .. onnxRuntime.Arguments,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    private static SessionMemory? Parse(string output)
    {
        var figures = output.Trim().Split(' ');
        return !long.TryParse(figures[0], CultureInfo.InvariantCulture, out var loaded) ? null
            : new(loaded, figures.Length > 1 && long.TryParse(figures[1], CultureInfo.InvariantCulture, out var peak) ? peak : null);
    }
}
