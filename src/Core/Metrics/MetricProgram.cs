using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace CompressTasks.Metrics;

/// <summary>Runs a program to its end, or ends it with all that it has started.</summary>
internal static class MetricProgram
{
    /// <summary>Characters of each stream that are kept.</summary>
    private const int Kept = 1 << 20;

    /// <summary>
    /// How long to wait for the rest of the output when the program is gone: servers that it has left behind, such as those of a compiler, hold the
    /// streams open.
    /// </summary>
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(2);

    /// <param name="start">The program; its streams are set here.</param>
    /// <param name="timeout">When it is ended.</param>
    /// <param name="cancellationToken">Ends it as well.</param>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the program is gone.</exception>
    public static ProgramRun Run(ProcessStartInfo start, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = start.StandardErrorEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var outputReader = process.StandardOutput;
        using var errorReader = process.StandardError;
        var (output, errors) = (new BoundedText(Kept), new BoundedText(Kept));
        var reading = Task.WhenAll(ReadAsync(outputReader, output), ReadAsync(errorReader, errors));
        var hasEnded = WaitForExit(process, timeout, cancellationToken);
        reading.Wait(_rest, CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return new(hasEnded ? process.ExitCode : null, output.ToString(), output.IsCut, errors.ToString());
    }

    /// <returns>Whether it has ended by itself.</returns>
    private static bool WaitForExit(Process process, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(timeout);
        try
        {
            process.WaitForExitAsync(ending.Token).GetAwaiter().GetResult();
            return true;
        }
        catch (OperationCanceledException)
        {
            End(process);
            return false;
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(_rest);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It was gone already, or a part of it may not be ended.
        }
    }

    private static async Task ReadAsync(StreamReader reader, BoundedText text)
    {
        var buffer = new char[4096];
        try
        {
            while (await reader.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
                text.Append(buffer.AsSpan(0, count));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Nobody waits for the rest any more.
        }
    }
}
