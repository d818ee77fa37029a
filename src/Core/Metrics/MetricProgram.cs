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

    /// <summary>How long a cancellation may wait.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

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
        var (output, errors) = (new BoundedText(Kept), new BoundedText(Kept));
        Thread[] reading = [Read(process.StandardOutput, output), Read(process.StandardError, errors)];
        var hasEnded = WaitForExit(process, timeout, cancellationToken);
        var rest = Stopwatch.StartNew();
        foreach (var thread in reading)
            thread.Join(TimeSpan.FromTicks(Math.Max(0, (_rest - rest.Elapsed).Ticks)));
        cancellationToken.ThrowIfCancellationRequested();
        return new(hasEnded ? process.ExitCode : null, output.ToString(), output.IsCut, errors.ToString());
    }

    /// <summary>Needs no thread but this one.</summary>
    /// <returns>Whether it has ended by itself.</returns>
    private static bool WaitForExit(Process process, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); !process.WaitForExit(_pause);)
        {
            if (clock.Elapsed < timeout && !cancellationToken.IsCancellationRequested)
                continue;
            End(process);
            return false;
        }

        return true;
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

    /// <summary>Reads a stream to its end, on a thread of its own: those of the pool may all be busy, for longer than anybody waits here.</summary>
    private static Thread Read(StreamReader reader, BoundedText text)
    {
        var thread = new Thread(ReadToEnd) { IsBackground = true, Name = "Output of a program" };
        thread.Start();
        return thread;

        void ReadToEnd()
        {
            var buffer = new char[4096];
            using var stream = reader;
            try
            {
                while (reader.Read(buffer) is > 0 and var count)
                    text.Append(buffer.AsSpan(0, count));
            }
            catch (IOException)
            {
                // What was read is there.
            }
        }
    }
}
