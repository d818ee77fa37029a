namespace CompressTasks.Runnable;

/// <summary>How often values of an activation come, in bins between the least and the largest.</summary>
internal sealed class ActivationHistogram
{
    private const int Bins = 2048;

    private readonly long[] _counts = new long[Bins];
    private long _count;

    public double Least { get; private set; } = double.PositiveInfinity;

    public double Most { get; private set; } = double.NegativeInfinity;

    /// <summary>Widens the range.</summary>
    public void See(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (double.IsFinite(value))
                (Least, Most) = (Math.Min(Least, value), Math.Max(Most, value));
        }
    }

    /// <summary>Counts values, once the range is known.</summary>
    public void Add(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
                continue;
            _counts[Most > Least ? (int)Math.Min(Bins - 1, (value - Least) / (Most - Least) * Bins) : 0]++;
            _count++;
        }
    }

    /// <summary>All values that were seen.</summary>
    public ActivationRange All() => _count == 0 ? default : ActivationRange.Of(Least, Most);

    /// <summary>All but a share of them on each side.</summary>
    public ActivationRange Percentile(double share)
    {
        if (_count == 0)
            return default;
        var left = (long)(share * _count);
        var (low, high) = (0, Bins - 1);
        for (var sum = _counts[0]; sum <= left && low < Bins - 1;)
            sum += _counts[++low];
        for (var sum = _counts[^1]; sum <= left && high > 0;)
            sum += _counts[--high];
        return ActivationRange.Of(Edge(low), Edge(high + 1));
    }

    /// <summary>The range whose rounding and clipping lose the least, in squares: each end is moved inwards as long as that helps.</summary>
    public ActivationRange LeastSquares()
    {
        const int steps = 100;
        if (_count == 0)
            return default;
        var (best, leastError) = (All(), Error(All()));
        for (var round = 0; round < 2; round++)
        {
            var start = best;
            for (var step = 0; step < steps; step++)
            {
                var share = 1 - (step / (double)steps);
                foreach (var range in new[] { start with { Most = start.Most * share }, start with { Least = start.Least * share } })
                {
                    var error = Error(range);
                    if (error < leastError)
                        (best, leastError) = (range, error);
                }
            }
        }

        return best;
    }

    private double Error(ActivationRange range)
    {
        var (step, error) = ((range.Most - range.Least) / 255, 0.0);
        for (var bin = 0; bin < Bins; bin++)
        {
            var value = Edge(bin + 0.5);
            var outside = Math.Max(0, Math.Max(range.Least - value, value - range.Most));
            error += _counts[bin] * ((outside * outside) + (step * step / 12));
        }

        return error;
    }

    private double Edge(double bin) => Least + (bin / Bins * (Most - Least));
}
