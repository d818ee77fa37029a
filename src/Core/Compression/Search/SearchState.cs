using CompressTasks.Reporting;

namespace CompressTasks.Compression.Search;

/// <summary>What a search knows: the weights, how their steps are to each other, and the best that was found.</summary>
/// <param name="weights">Weights that have an effect.</param>
/// <param name="offsets">How far the step of each is from the common place of the grid.</param>
/// <param name="place">The common place to begin with.</param>
internal sealed class SearchState(IReadOnlyList<WeightPlan> weights, IReadOnlyList<int?> offsets, int place)
{
    /// <summary>Violations that are nearer to each other than a tenth differ by luck as well, and say nothing of how they go with bytes.</summary>
    private const double LeastApart = 0.1;

    private readonly List<SearchTrialSummary> _trials = [];
    private readonly List<(long Bytes, double Violation)> _sizes = [];
    private readonly List<(int Place, double Violation)> _tried = [];
    private int _taken = -1;
    private int[] _offsets = [.. offsets.Select(offset => offset!.Value)];
    private (long Bytes, double Violation) _best = (long.MaxValue, double.PositiveInfinity);

    public IReadOnlyList<WeightPlan> Weights => weights;

    /// <summary>How far the step of each weight is from the common place of the grid.</summary>
    public IReadOnlyList<int> Offsets => _offsets;

    /// <summary>The common place of the best trial; where to begin when there is none.</summary>
    public int Place { get; private set; } = place;

    /// <summary>The weights as the best trial codes them: the smallest that passes, or, when none does, the one that is nearest to it.</summary>
    public IReadOnlyList<EncodedPlan> Best { get; private set; } = [];

    /// <summary>R² of the outputs of the best trial; null when there is none, or no floating-point output.</summary>
    public double? BestR2 { get; private set; }

    public IReadOnlyList<SearchTrialSummary> Trials => [.. _trials.Select((trial, index) => trial with { IsTaken = index == _taken })];

    /// <summary>The common places that were tried with these offsets, and by how much more was lost than may be.</summary>
    public IReadOnlyList<(int Place, double Violation)> Tried => _tried;

    /// <summary>Whether the best trial passes.</summary>
    public bool Passes => _best.Violation <= 1;

    /// <summary>Whether it passes where the other does not, or is smaller.</summary>
    public bool IsBetterThan(SearchState other) =>
        _best.Violation <= 1 ? other._best.Violation > 1 || _best.Bytes < other._best.Bytes : _best.Violation < other._best.Violation;

    /// <summary>
    /// How many bytes of chunks are saved when the violation is e times as large, between the best trial and the one that is nearest to it; null when
    /// there are no two.
    /// </summary>
    private double? BytesPerViolation
    {
        get
        {
            var (bytes, violation) = _best;
            var nearest = _sizes.Where(size => double.IsFinite(size.Violation) && Math.Abs(Math.Log(size.Violation / violation)) >= LeastApart)
                .DefaultIfEmpty().MinBy(size => Math.Abs(Math.Log(size.Violation / violation)));
            return nearest.Bytes > 0 && violation > 0 ? Math.Max(0, (bytes - nearest.Bytes) / Math.Log(nearest.Violation / violation)) : null;
        }
    }

    /// <summary>Whether chunks that just pass would be smaller than those of the other, by the trials next to that; false when none passes.</summary>
    public bool IsSmallerAtThreshold(SearchState other) =>
        AtThreshold(BytesPerViolation ?? other.BytesPerViolation) < other.AtThreshold(other.BytesPerViolation ?? BytesPerViolation);

    private double AtThreshold(double? bytesPerViolation) => !Passes ? double.PositiveInfinity
        : _best.Violation > 0 ? _best.Bytes + ((bytesPerViolation ?? 0) * Math.Log(_best.Violation)) : _best.Bytes;

    public void Add(int place, IReadOnlyList<EncodedPlan> encoded, double? outputR2, double violation)
    {
        var bytes = encoded.Sum(weight => weight.Encoded.Chunk.LongLength);
        var passes = violation <= 1;
        _sizes.Add((bytes, violation));
        _tried.Add((place, violation));
        _trials.Add(new(bytes, outputR2, passes));
        if (Best.Count > 0 && !(passes ? _best.Violation > 1 || bytes < _best.Bytes : violation < _best.Violation))
            return;
        _taken = _trials.Count - 1;
        (Best, Place, _best, BestR2) = (encoded, place, (bytes, violation), outputR2);
    }

    /// <summary>Forgets the best trial, because from now on more is asked of trials.</summary>
    public void BeginAgain() => (Best, _best, BestR2, _taken) = ([], (long.MaxValue, double.PositiveInfinity), null, -1);

    /// <summary>Takes other offsets, and moves the common place so that the mean step, by elements, stays.</summary>
    /// <param name="offsets">Null leaves the offset of a weight as it is.</param>
    public void Replace(IReadOnlyList<int?> offsets)
    {
        _tried.Clear();
        var moved = 0.0;
        for (var i = 0; i < _offsets.Length; i++)
        {
            var offset = offsets[i] ?? _offsets[i];
            moved += (double)weights[i].Weight.Elements * (offset - _offsets[i]);
            _offsets[i] = offset;
        }

        Place -= (int)Math.Round(moved / weights.Sum(weight => weight.Weight.Elements));
    }
}
