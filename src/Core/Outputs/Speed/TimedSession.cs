using System.Diagnostics;
using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Outputs.Speed;

/// <summary>A session as apps have it, on a model or on an artifact.</summary>
internal sealed class TimedSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _shown;
    private readonly SourceLocation _at;

    private TimedSession(InferenceSession session, TimeSpan loadTime, string shown, SourceLocation at) =>
        (_session, LoadTime, _shown, _at) = (session, loadTime, shown, at);

    /// <summary>Whether a run is timed by what its one thread has of a processor: what it costs, whatever else the machine does meanwhile.</summary>
    public bool CountsProcessor { get; init; }

    /// <summary>From the path to the session.</summary>
    public TimeSpan LoadTime { get; }

    /// <param name="path">The model, or artifact.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="threads">Threads of a run, at least 1.</param>
    /// <param name="at">Where the spec asks for it.</param>
    /// <param name="profilePrefix">What the path of a profile begins with; null for none.</param>
    /// <param name="countsProcessor">Of one thread: whether runs are timed by what it has of a processor.</param>
    /// <exception cref="CompressException">ONNX Runtime refuses the model.</exception>
    public static TimedSession Open(string path, string shown, int threads, SourceLocation at, string? profilePrefix = null,
        bool countsProcessor = false)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // Threads that wait for the next run would take the processor from the other model.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        if (profilePrefix is not null)
        {
            options.ProfileOutputPathPrefix = profilePrefix;
            options.EnableProfiling = true;
        }

        var isArtifact = ArtifactFormat.IsArtifact(path);
        var clock = Stopwatch.StartNew();
        try
        {
            var session = isArtifact ? OfArtifact(path, options) : new InferenceSession(path, options);
            return new(session, clock.Elapsed, shown, at) { CountsProcessor = countsProcessor };
        }
        catch (OnnxRuntimeException error)
        {
            throw SampleDiagnostics.ModelRefused(shown, error, at);
        }
    }

    /// <summary>What <see cref="Run"/> has thrown; null when there was nothing.</summary>
    public CompressException? Refusal { get; private set; }

    /// <returns>What the run itself takes, without what becomes of its outputs.</returns>
    /// <exception cref="CompressException">CT1510: ONNX Runtime cannot run the model.</exception>
    public TimeSpan Run(TimedRun inputs)
    {
        try
        {
            using var options = new RunOptions();
            var start = Now;
            using var outputs = _session.Run(options, inputs.Names, inputs.Values, _session.OutputNames);
            return Now - start;
        }
        catch (OnnxRuntimeException error)
        {
            throw Refusal = SampleDiagnostics.RunFailed(_shown, error, _at);
        }
    }

    private TimeSpan Now => CountsProcessor ? ThreadClock.Now : Stopwatch.GetElapsedTime(0);

    /// <returns>The path of the profile.</returns>
    public string EndProfile() => _session.EndProfiling();

    public void Dispose() => _session.Dispose();

    private static InferenceSession OfArtifact(string path, SessionOptions options)
    {
        using var model = CompressedModel.Open(path);
        return model.CreateSession(options);
    }
}
