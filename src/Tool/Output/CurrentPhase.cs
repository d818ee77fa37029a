using System.Diagnostics.CodeAnalysis;
using CompressTasks.Compression;

namespace CompressTasks.Tool.Output;

/// <summary>The phase that a run is in. One that comes again, as those of a search do, is another one, with a clock of its own.</summary>
internal sealed class CurrentPhase
{
    private CompressionProgress _last;

    /// <summary>Null before the first report.</summary>
    public PhaseProgress? Value { get; private set; }

    /// <returns>Whether the phase has just begun.</returns>
    [MemberNotNull(nameof(Value))]
    public bool Update(CompressionProgress progress)
    {
        var begins = (progress.Model, progress.Phase, progress.Detail) != (_last.Model, _last.Phase, _last.Detail)
            || (IsAtStart(progress) && !IsAtStart(_last));
        if (begins || Value is null)
            Value = new(progress.Model, progress.Phase, progress.Detail);
        Value.Update(progress);
        _last = progress;
        return begins;
    }

    private static bool IsAtStart(CompressionProgress progress) => progress is { DoneBytes: 0, DoneWeights: 0 };
}
