using CompressTasks.Outputs;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Calibration;

/// <summary>Runs each step of samples in the session of its path; sessions are opened when they are needed.</summary>
/// <param name="paths">The model.</param>
/// <param name="open">Opens the session of a path.</param>
internal sealed class PathSessions(ModelPaths paths, Func<int, ModelRunner> open) : IDisposable
{
    private readonly Dictionary<int, ModelRunner> _sessions = [];
    private ModelRunner? _whole;

    public ModelRunner this[int path] => _sessions.TryGetValue(path, out var session) ? session : _sessions[path] = open(path);

    /// <param name="sequence">The samples.</param>
    /// <param name="first">Which run the first step is of all.</param>
    /// <param name="asked">The outputs to give of a run on a path.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <returns>The path of each run, null where it is not one of those observed; its inputs, and the outputs.</returns>
    public IEnumerable<(int? Path, IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)> Run(
        SampleSequence sequence, long first, Func<int, IReadOnlyList<string>> asked, CancellationToken cancellationToken)
    {
        var steps = Rollout.Run(
            step => paths.OfRun(first + step) is { } path ? (this[path], asked(path)) : (_whole ??= paths.OpenWhole(), []),
            sequence, cancellationToken);
        return steps.Select((step, index) => (paths.OfRun(first + index), step.Inputs, step.Outputs));
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values)
            session.Dispose();
        _whole?.Dispose();
    }
}
