namespace CompressTasks.Compression.Search;

/// <summary>
/// Finds the largest multiplier of all steps at which metrics hold, a place of <see cref="StepGrid"/>, in few trials: programs are slow, and how far
/// a figure is from its threshold says little about how far the steps are. Strides grow until the multiplier lies between one that holds and one
/// that fails, and then the interval is halved.
/// </summary>
/// <param name="start">The first multiplier to try.</param>
/// <param name="mayRise">Whether larger ones may hold as well; otherwise the first is the largest there is.</param>
internal sealed class MetricBracket(int start, bool mayRise)
{
    /// <summary>A search ends after so many, the first included.</summary>
    public const int MostTrials = 7;

    /// <summary>Half an octave of the step: a factor of two in the squared error.</summary>
    private const int FirstStride = StepGrid.PerOctave / 2;

    private const int LargestStride = 2 * StepGrid.PerOctave;

    /// <summary>An interval that is not worth another trial: a sixteenth of an octave, a sixteenth of a bit per weight.</summary>
    private const int Resolution = StepGrid.PerOctave / 16;

    private int? _held;
    private int? _failed;
    private int _trials;
    private int _stride = FirstStride;

    /// <summary>The multiplier to try next; null when the search is over.</summary>
    public int? Next { get; private set; } = start;

    /// <summary>Takes in whether metrics hold at the last multiplier.</summary>
    public void Learn(bool holds)
    {
        (_held, _failed) = holds ? (Next, _failed) : (_held, Next);
        Next = ++_trials == MostTrials ? null : Propose();
    }

    private int? Propose() => (_held, _failed) switch
    {
        ({ } held, { } failed) => failed - held <= Resolution ? null : held + ((failed - held) / 2),
        ({ } held, null) => mayRise ? held + Stride() : null,
        (_, { } failed) => failed - Stride(),
        _ => null,
    };

    private int Stride()
    {
        var stride = _stride;
        _stride = Math.Min(2 * _stride, LargestStride);
        return stride;
    }
}
