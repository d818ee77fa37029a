using CompressTasks.Compression;

namespace CompressTasks.Core.Tests.Compression.Reuse;

/// <summary>The phases in which a run has done anything.</summary>
internal sealed class SeenPhases(Action? onPhase = null) : IProgress<CompressionProgress>
{
    private readonly HashSet<CompressionPhase> _phases = [];

    public IReadOnlyCollection<CompressionPhase> Phases => _phases;

    public void Report(CompressionProgress value)
    {
        lock (_phases)
            _phases.Add(value.Phase);
        onPhase?.Invoke();
    }
}
