namespace CompressTasks.Outputs;

/// <summary>
/// What the rows of an output, along its last axis, say: where their largest value is, and how far they are apart as distributions.
/// </summary>
/// <param name="logits">Whether a softmax makes the rows distributions.</param>
internal sealed class RowStatistics(bool logits)
{
    /// <summary>Rounding of a softmax in float16 leaves sums as far from 1 as this.</summary>
    private const double SumTolerance = 1e-2;

    private long _rows;
    private long _agreeing;
    private double _divergence;
    private long _distributions;
    private bool _isDistribution = true;

    /// <summary>The share of rows whose largest value is in the same place; null without rows.</summary>
    public double? Top1 => _rows == 0 ? null : (double)_agreeing / _rows;

    /// <summary>The mean divergence of the rows in nats; null unless every row of the original is a distribution.</summary>
    public double? Kl => _distributions == 0 || !_isDistribution ? null : _divergence / _distributions;

    public void Add(ReadOnlySpan<double> original, ReadOnlySpan<double> decoded, int rowLength)
    {
        if (rowLength < 2)
            return;
        Span<double> p = logits ? new double[rowLength] : [];
        Span<double> q = logits ? new double[rowLength] : [];
        for (var start = 0; start < original.Length; start += rowLength)
        {
            var x = original.Slice(start, rowLength);
            var y = decoded.Slice(start, rowLength);
            _rows++;
            _agreeing += Largest(x) == Largest(y) ? 1 : 0;
            if (logits)
                AddDivergence(Softmax(x, p), Softmax(y, q));
            else if (_isDistribution && (_isDistribution = IsDistribution(x)))
                AddDivergence(x, y);
        }
    }

    /// <summary>Adds the rows of another output.</summary>
    public void Pool(RowStatistics other)
    {
        _rows += other._rows;
        _agreeing += other._agreeing;
        if (other.Kl is null)
            return;
        _divergence += other._divergence;
        _distributions += other._distributions;
    }

    private void AddDivergence(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        var sum = 0.0;
        for (var i = 0; i < p.Length; i++)
        {
            // p log(p/q) goes to 0 with p; what is possible in the original and impossible in the other is infinitely far.
            if (p[i] != 0)
                sum += q[i] > 0 ? p[i] * Math.Log(p[i] / q[i]) : double.IsNaN(p[i]) || double.IsNaN(q[i]) ? double.NaN : double.PositiveInfinity;
        }

        _divergence += sum;
        _distributions++;
    }

    private static int Largest(ReadOnlySpan<double> row)
    {
        var largest = 0;
        for (var i = 1; i < row.Length; i++)
        {
            if (row[i] > row[largest])
                largest = i;
        }

        return largest;
    }

    private static bool IsDistribution(ReadOnlySpan<double> row)
    {
        var sum = 0.0;
        foreach (var value in row)
        {
            if (!(value >= 0))
                return false;
            sum += value;
        }

        return Math.Abs(sum - 1) <= SumTolerance;
    }

    /// <summary>
    /// Shifted by the largest value, so that nothing overflows. A mask of −∞ is a probability of 0; rows without a finite largest value have no
    /// softmax.
    /// </summary>
    private static ReadOnlySpan<double> Softmax(ReadOnlySpan<double> row, Span<double> probabilities)
    {
        var shift = row[Largest(row)];
        var sum = 0.0;
        for (var i = 0; i < row.Length; i++)
            sum += probabilities[i] = Math.Exp(row[i] - shift);
        for (var i = 0; i < row.Length; i++)
            probabilities[i] /= sum;
        return probabilities;
    }
}
