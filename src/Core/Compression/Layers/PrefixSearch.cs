namespace CompressTasks.Compression.Layers;

/// <summary>
/// Finds how many moves of an ordered list can be made before a gate no longer holds. What moves lose is known for each alone; what they lose
/// together is learnt from trials.
/// </summary>
/// <param name="losses">What each move adds, as a share of what the gate allows.</param>
internal sealed class PrefixSearch(IReadOnlyList<double> losses)
{
    public const int MostTrials = 10;

    private int _passing;
    private int _failing = losses.Count + 1;
    private double _allowed = 1;
    private int _trials;

    /// <summary>How many moves to try next; null when it is found. No moves at all are not tried.</summary>
    public int? Next
    {
        get
        {
            if (_failing - _passing <= 1 || _trials >= MostTrials)
                return null;
            var predicted = 0;
            for (var sum = 0.0; predicted < losses.Count && (sum += losses[predicted]) <= _allowed; predicted++)
            {
            }

            return predicted > _passing && predicted < _failing ? predicted : _passing + ((_failing - _passing) / 2);
        }
    }

    /// <summary>What came of a trial.</summary>
    /// <param name="moves">How many were made.</param>
    /// <param name="violation">What was lost, over what may be lost.</param>
    public void Learn(int moves, double violation)
    {
        _trials++;
        if (violation <= 1)
            _passing = Math.Max(_passing, moves);
        else
            _failing = Math.Min(_failing, moves);
        if (violation > 0 && double.IsFinite(violation))
            _allowed = losses.Take(moves).Sum() / violation;
    }
}
