namespace CompressTasks.Compression.Search;

/// <summary>
/// Finds the largest multiplier of all steps at which a gate holds, a place of <see cref="StepGrid"/>. The violation of the gate, what is lost over what may be lost, grows about
/// with the square of the multiplier; between two known multipliers it is interpolated on logarithms.
/// </summary>
/// <param name="start">The first multiplier to try.</param>
/// <param name="resolution">The search ends when the largest that holds and the smallest that does not are as near as this.</param>
internal sealed class MultiplierSearch(int start, int resolution)
{
    private const int LargestStride = 3 * StepGrid.PerOctave;
    /// <summary>A search ends after so many, whatever it has found.</summary>
    public const int MostTrials = 16;

    /// <summary>An error that is this share of a neighbour's is not worth another trial.</summary>
    private const double Aim = 0.995;

    private (int Multiplier, double Violation)? _held;
    private (int Multiplier, double Violation)? _failed;
    private int _trials;

    /// <summary>The multiplier to try next; null when the search is over.</summary>
    public int? Next { get; private set; } = start;

    /// <summary>Takes in what the last multiplier gave.</summary>
    /// <param name="violation">At most 1 when the gate holds; not a number or infinite when nothing can be said.</param>
    public void Learn(double violation)
    {
        var multiplier = Next!.Value;
        _trials++;
        if (violation <= 1)
            _held = (multiplier, violation);
        else
            _failed = (multiplier, violation);
        Next = _trials == MostTrials ? null : Propose(multiplier, violation);
    }

    private int? Propose(int last, double violation)
    {
        if (_held is not { } held || _failed is not { } failed)
        {
            var stride = double.IsFinite(violation) && violation > 0 ? (int)Math.Round(0.5 * StepGrid.PerOctave * Math.Log2(Aim / violation))
                : violation <= 1 ? LargestStride : -LargestStride;

            // At least one, in the direction that is not known yet.
            stride = Math.Clamp(stride, -LargestStride, LargestStride);
            return last + (_held is null ? Math.Min(stride, -1) : Math.Max(stride, 1));
        }

        if (failed.Multiplier - held.Multiplier <= resolution)
            return null;
        var middle = held.Multiplier + ((failed.Multiplier - held.Multiplier) / 2);
        if (!double.IsFinite(failed.Violation) || !(held.Violation > 0) || _trials % 4 == 0)
            return middle;
        var share = Math.Log(Aim / held.Violation) / Math.Log(failed.Violation / held.Violation);
        var proposed = held.Multiplier + (int)Math.Round(share * (failed.Multiplier - held.Multiplier));
        return Math.Clamp(proposed, held.Multiplier + 1, failed.Multiplier - 1);
    }
}
