using System.Diagnostics;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Outputs.Speed;

/// <summary>A session of which it is to be known what memory it takes.</summary>
/// <param name="ModelPath">The model, or artifact.</param>
/// <param name="InputsPath">What <see cref="SessionMemory.WriteInputs"/> has written.</param>
/// <param name="Threads">Threads of a run.</param>
internal sealed record SessionTrial(string ModelPath, string InputsPath, int Threads);

/// <summary>By how much the resident memory of a process grows.</summary>
/// <param name="LoadedBytes">When the session is there.</param>
/// <param name="PeakBytes">At most, a few runs included; null where the system does not tell it of that time alone.</param>
internal sealed record SessionMemory(long LoadedBytes, long? PeakBytes)
{
    private const int MostRuns = 8;

    /// <summary>Writes the inputs of a few runs, a graph of constants for each.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteInputs(IReadOnlyList<IReadOnlyList<TensorValue>> runs, string path)
    {
        using var file = File.Create(path);
        foreach (var run in runs.Take(MostRuns))
        {
            var graph = new GraphProto();
            foreach (var input in run)
            {
                graph.Initializer.Add(new TensorProto
                {
                    Name = input.Name,
                    DataType = (int)input.Type,
                    Dims = { input.Shape },
                    RawData = UnsafeByteOperations.UnsafeWrap(input.Bytes),
                });
            }

            graph.WriteDelimitedTo(file);
        }
    }

    /// <summary>Opens a session and runs it. In a process that does nothing else: memory that was freed before would not show.</summary>
    /// <exception cref="CompressException">ONNX Runtime cannot load or run the model.</exception>
    /// <exception cref="IOException">The inputs cannot be read.</exception>
    public static SessionMemory Measure(SessionTrial trial)
    {
        var runs = ReadInputs(trial.InputsPath).ConvertAll(run => new TimedRun(run));
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        BeginPeak();
        process.Refresh();
        var (before, peakBefore) = (process.WorkingSet64, process.PeakWorkingSet64);
        using var session = TimedSession.Open(trial.ModelPath, trial.ModelPath, trial.Threads, new(trial.ModelPath));
        process.Refresh();
        var loaded = process.WorkingSet64 - before;
        foreach (var run in runs)
            session.Run(run);
        process.Refresh();
        var peak = process.PeakWorkingSet64;
        runs.ForEach(run => run.Dispose());
        return new(loaded, peak > peakBefore ? peak - before : null);
    }

    /// <summary>Lets Linux forget the peak of before (proc(5), clear_refs); other systems do not.</summary>
    private static void BeginPeak()
    {
        const string reset = "/proc/self/clear_refs";
        try
        {
            if (File.Exists(reset))
                File.WriteAllText(reset, "5");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Then the peak is known only where it is a new one.
        }
    }

    private static List<List<TensorValue>> ReadInputs(string path)
    {
        // ONNX Runtime is there, with all that it takes by itself, before anything is measured.
        _ = OrtEnv.Instance();
        var runs = new List<List<TensorValue>>();
        using var file = File.OpenRead(path);
        while (file.Position < file.Length)
        {
            runs.Add([.. GraphProto.Parser.ParseDelimitedFrom(file).Initializer.Select(tensor =>
                new TensorValue(tensor.Name, (ElementType)tensor.DataType, [.. tensor.Dims], tensor.RawData.ToByteArray()))]);
        }

        return runs;
    }
}
