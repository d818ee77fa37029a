namespace CompressTasks.Outputs.Speed;

/// <summary>
/// Times of two models that run in turns. What disturbs the machine disturbs both runs of a pair, so it is the ratios of pairs that count.
/// </summary>
/// <param name="threshold">The ratio that is asked for.</param>
internal sealed class PairedTimes(double threshold)
{
    /// <summary>Pairs that are run in any case, if there is time.</summary>
    public const int UsualPairs = 21;

    /// <summary>Pairs after which nothing more is to be learnt.</summary>
    public const int MostPairs = 301;

    private readonly List<double> _original = [];
    private readonly List<double> _restored = [];
    private readonly List<double> _ratios = [];

    public int Count => _ratios.Count;

    /// <summary>The median; not a number without pairs.</summary>
    public double Ratio => Quantile(_ratios, 0.5);

    public double LowerQuartile => Quantile(_ratios, 0.25);

    public double UpperQuartile => Quantile(_ratios, 0.75);

    /// <summary>The original's median time, in milliseconds.</summary>
    public double Original => Quantile(_original, 0.5);

    /// <summary>The median time of the other, in milliseconds.</summary>
    public double Restored => Quantile(_restored, 0.5);

    /// <summary>Whether more pairs would hardly change the verdict: the half of them in the middle lies on one side of the threshold.</summary>
    public bool IsClear => Count >= MostPairs || (Count >= UsualPairs && (LowerQuartile >= threshold || UpperQuartile < threshold));

    /// <summary>Adds a pair, in milliseconds of a run each.</summary>
    public void Add(double original, double restored)
    {
        _original.Add(original);
        _restored.Add(restored);
        _ratios.Add(original / restored);
    }

    /// <summary>Between the two nearest values, in proportion (Hyndman, Fan 1996, definition 7).</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        if (values.Count == 0)
            return double.NaN;
        var sorted = values.Order().ToList();
        var place = share * (sorted.Count - 1);
        var below = (int)Math.Floor(place);
        return below == sorted.Count - 1 ? sorted[below] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
