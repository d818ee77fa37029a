using System.Diagnostics;
using System.Globalization;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Targets;

namespace CompressTasks.Benchmarks.Fuzz.Processes;

/// <summary>
/// What one worker does of a campaign: inputs for one reader. A worker that is ended by an input is started again with another seed.
/// </summary>
/// <param name="share">The reader.</param>
/// <param name="inputs">As many inputs at most.</param>
/// <param name="time">As long at most.</param>
/// <param name="seed">Of all that is random.</param>
internal sealed class WorkerJob(FuzzShare share, long inputs, TimeSpan time, ulong seed)
{
    private const int MostStarts = 8;
    private const int MostAttempts = 40;

    /// <summary>What a process needs besides what its input does.</summary>
    private const long MemoryOfProcess = 32L << 20;

    /// <summary>Of a worker, all inputs together.</summary>
    private const long MemoryOfWorker = 1L << 30;

    public FuzzShare Share => share;

    public WorkerResult Result { get; private set; } = new(0, 0, 0, 0);

    public List<byte[]> Edges { get; } = [];

    public List<Finding> Findings { get; } = [];

    /// <param name="program">The program whose readers count edges.</param>
    /// <param name="seeds">The file of seeds.</param>
    /// <param name="folder">A folder of the job's own.</param>
    public void Run(string program, string seeds, string folder)
    {
        var watch = Stopwatch.StartNew();
        for (var start = 0; start < MostStarts && Result.Inputs < inputs && watch.Elapsed < time; start++)
        {
            var files = new WorkerFiles(Directory.CreateDirectory(Path.Combine(folder, Text(start))).FullName);
            var left = time == TimeSpan.MaxValue ? long.MaxValue >> 1 : (long)(time - watch.Elapsed).TotalMilliseconds;
            var (exit, error) = Start(program, MemoryOfWorker,
                FuzzWorker.Command, share.Name, Text(seed + ((ulong)start << 32)), Text(inputs - Result.Inputs), Text(left), seeds, files.Folder);
            if (exit == 0)
                Collect(files);
            else
                CollectFromEnded(files, program, exit, error);
        }
    }

    private void Collect(WorkerFiles files)
    {
        Result += WorkerResult.Read(files.Result);
        if (File.Exists(files.Edges))
            Edges.Add(File.ReadAllBytes(files.Edges));
        if (Directory.Exists(files.Findings))
            Findings.AddRange(Directory.GetFiles(files.Findings, "*.bin").Order(StringComparer.Ordinal).Select(Read));
        if (Directory.Exists(files.Suspects))
            Findings.AddRange(Directory.GetFiles(files.Suspects).Order(StringComparer.Ordinal).Where(TakesTooMuch).Take(1)
                .Select(path =>
                    new Finding(share.Name, "more memory than an input may take", "OutOfMemoryException where there was no more",
                        File.ReadAllBytes(path))));
    }

    /// <summary>The input that ended it is what it was reading.</summary>
    private void CollectFromEnded(WorkerFiles files, string program, int exit, string error)
    {
        using var state = new WorkerState(files.State);
        Result += new WorkerResult(Math.Max(1, state.Count), 0, 0, 0);
        var what = exit == FuzzWorker.Hangs ? "an input that takes too long" : Text($"a process that ends with {exit}");
        var input = state.IsReading ? state.Input : [];
        var probe = Path.Combine(files.Folder, "input");
        if (state.IsReading)
        {
            input = Minimizer.Minimize(input, smaller =>
            {
                File.WriteAllBytes(probe, smaller);
                return Start(program, MemoryOfWorker, FuzzWorker.ProbeCommand, share.Name, probe).Exit == exit;
            }, MostAttempts);
        }

        Findings.Add(new(share.Name, what, error, input));
    }

    private bool TakesTooMuch(string path)
    {
        using var target = share.Make();
        var limit = InputLimits.MemoryFor(target.Asked(File.ReadAllBytes(path))) + MemoryOfProcess;
        return Start(typeof(WorkerJob).Assembly.Location, limit, FuzzWorker.ProbeCommand, share.Name, path).Exit == FuzzWorker.TooMuchMemory;
    }

    private Finding Read(string path)
    {
        var seen = File.ReadAllText(Path.ChangeExtension(path, ".txt"));
        return new(share.Name, seen[..seen.IndexOf('\n', StringComparison.Ordinal)], seen, File.ReadAllBytes(path));
    }

    private static (int Exit, string Error) Start(string program, long memory, params string[] args)
    {
        using var temporary = new SampleFolder();
        var start = new ProcessStartInfo("dotnet", [program, .. args]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = memory.ToString("X", CultureInfo.InvariantCulture);
        start.Environment["TMPDIR"] = temporary.FullName;
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return (process.ExitCode, $"{error.Result}{output.Result}");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
