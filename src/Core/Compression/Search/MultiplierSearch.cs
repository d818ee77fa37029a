namespace CompressTasks.Compression.Search;

/// <summary>
/// Finds the largest multiplier of all steps at which a gate holds, a place of <see cref="StepGrid"/>. The violation of the gate, what is lost over
/// what may be lost, grows about with the square of the multiplier; between two known multipliers it is interpolated on logarithms.
/// </summary>
/// <param name="start">The first multiplier to try.</param>
/// <param name="resolution">The search ends when the largest that holds and the smallest above it are as near as this.</param>
/// <param name="probes">
/// How many larger multipliers are tried then, if the violation was seen to fall where it should grow: where an output hangs on a few large values of
/// a weight, it is a matter of luck how near to a step these come, and the gate may well hold again.
/// </param>
/// <param name="enough">A violation from here to 1 ends the search at once.</param>
internal sealed class MultiplierSearch(int start, int resolution, int probes = 0, double enough = 1)
{
    /// <summary>A search ends after so many, whatever it has found.</summary>
    public const int MostTrials = 24;

    /// <summary>The same as long as nothing has held, or everything.</summary>
    public const int MostStrides = 16;

    private const int LargestStride = 3 * StepGrid.PerOctave;

    /// <summary>Probes lie on multiples of this.</summary>
    private const int ProbeStride = StepGrid.PerOctave / 16;

    /// <summary>How steeply a violation may be thought to grow: with this power of the multiplier, where it should be the second.</summary>
    private const double LeastPower = 0.5;
    private const double MostPower = 4;

    /// <summary>An error that is this share of a neighbour's is not worth another trial.</summary>
    private readonly double _aim = Math.Min(0.995, Math.Sqrt(enough));

    /// <summary>The violations at all multipliers that were tried.</summary>
    private readonly SortedDictionary<int, double> _known = [];

    /// <summary>The multiplier to try next; null when the search is over.</summary>
    public int? Next { get; private set; } = start;

    /// <summary>Takes in what the last multiplier gave.</summary>
    /// <param name="violation">At most 1 when the gate holds; not a number or infinite when nothing can be said.</param>
    public void Learn(double violation)
    {
        _known[Next!.Value] = violation;
        Next = _known.Count == MostTrials || IsEnough(violation) ? null : Propose();
    }

    /// <summary>Takes in what another search has found.</summary>
    /// <param name="tried">Multipliers, each with its violation.</param>
    /// <returns>This search, which goes on from there.</returns>
    public MultiplierSearch Knowing(IReadOnlyList<(int Multiplier, double Violation)> tried)
    {
        foreach (var (multiplier, violation) in tried)
            _known[multiplier] = violation;
        if (tried.Count > 0)
            Next = tried.Any(trial => IsEnough(trial.Violation)) ? null : Propose();
        return this;
    }

    private bool IsEnough(double violation) => violation >= enough && violation <= 1;

    private int? Propose()
    {
        var held = _known.Keys.Where(multiplier => _known[multiplier] <= 1).Select(multiplier => (int?)multiplier).LastOrDefault();
        var failed = _known.Keys.Where(multiplier => held is null || multiplier > held).Select(multiplier => (int?)multiplier).FirstOrDefault();
        if (held is not { } from || failed is not { } to)
            return _known.Count < MostStrides ? Stride(held ?? failed!.Value, isUp: held is not null) : null;
        return to - from <= resolution ? Probe(to) : Between(from, to);
    }

    /// <summary>At least one, in the direction that is not known yet.</summary>
    private int Stride(int last, bool isUp)
    {
        var violation = _known[last];
        var stride = double.IsFinite(violation) && violation > 0 ? (int)Math.Round(StepGrid.PerOctave * Math.Log2(_aim / violation) / Power(last))
            : isUp ? LargestStride : -LargestStride;
        stride = Math.Clamp(stride, -LargestStride, LargestStride);
        return last + (isUp ? Math.Max(stride, 1) : Math.Min(stride, -1));
    }

    /// <summary>The power of the multiplier with which the violation has grown near the last one; 2 as long as there is no other.</summary>
    private double Power(int last)
    {
        var nearest = _known.Where(known => known.Key != last && double.IsFinite(known.Value) && known.Value > 0)
            .OrderBy(known => Math.Abs(known.Key - last)).Select(known => (KeyValuePair<int, double>?)known).FirstOrDefault();
        if (nearest is not { } other)
            return 2;
        var power = StepGrid.PerOctave * Math.Log2(_known[last] / other.Value) / (last - other.Key);
        return Math.Clamp(power, LeastPower, MostPower);
    }

    private int Between(int held, int failed)
    {
        var middle = held + ((failed - held) / 2);
        if (!double.IsFinite(_known[failed]) || !(_known[held] > 0) || _known.Count % 4 == 0)
            return middle;
        var share = Math.Log(_aim / _known[held]) / Math.Log(_known[failed] / _known[held]);
        return Math.Clamp(held + (int)Math.Round(share * (failed - held)), held + 1, failed - 1);
    }

    private int? Probe(int failed)
    {
        var isSteady = _known.Values.Zip(_known.Values.Skip(1)).All(pair => pair.First <= pair.Second);
        var first = (int)Math.Floor((double)failed / ProbeStride) + 1;
        return isSteady ? null
            : Enumerable.Range(first, probes).Select(k => (int?)(k * ProbeStride))
                .FirstOrDefault(multiplier => !_known.ContainsKey(multiplier!.Value));
    }
}
