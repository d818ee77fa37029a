using CompressTasks.Numerics;

namespace CompressTasks.Outputs;

/// <summary>
/// Sums over the values of floating-point outputs, from which the figures follow. They grow block by block, so that no output has to be kept.
/// </summary>
internal sealed class ValueStatistics
{
    private const int Block = 1024;

    private long _count;
    private double _mean;
    private double _deviation;
    private double _residual;
    private double _product;
    private double _originalSquares;
    private double _decodedSquares;

    /// <summary>Values that could not be compared. Any makes the figures unknown.</summary>
    public long Incomparable { get; private set; }

    /// <summary>All values, compared or not.</summary>
    public long Values { get; private set; }

    public double MaxAbsError { get; private set; }

    public SquaredError Error => new(Values, Known(_residual), _deviation);

    public double Snr => _residual == 0 ? Known(double.PositiveInfinity) : 10 * Math.Log10(_originalSquares / Known(_residual));

    /// <summary>
    /// Equal vectors have 1, without rounding, and also when both are zero; one zero vector has no direction and is as unlike as can be.
    /// </summary>
    public double Cosine =>
        _residual == 0 ? Known(1)
        : _originalSquares == 0 || _decodedSquares == 0 ? Known(0)
        : Known(Math.Clamp(_product / (Math.Sqrt(_originalSquares) * Math.Sqrt(_decodedSquares)), -1, 1));

    public double KnownMaxAbsError => Known(MaxAbsError);

    /// <summary>Values of an output whose shapes differ.</summary>
    public void AddIncomparable(long values)
    {
        Values += values;
        Incomparable += values;
    }

    /// <summary>Compares values place by place. Equal infinities are equal and say nothing else: they have no part in the sums.</summary>
    public void Add(ReadOnlySpan<double> original, ReadOnlySpan<double> decoded)
    {
        Span<double> x = stackalloc double[Block];
        Span<double> y = stackalloc double[Block];
        Values += original.Length;
        for (var start = 0; start < original.Length; start += Block)
        {
            var count = 0;
            for (var i = start; i < Math.Min(start + Block, original.Length); i++)
            {
                if (double.IsFinite(original[i]) && double.IsFinite(decoded[i]))
                    (x[count], y[count++]) = (original[i], decoded[i]);
                else if (double.IsNaN(original[i]) || original[i] != decoded[i])
                    Incomparable++;
            }

            AddBlock(x[..count], y[..count]);
        }
    }

    /// <summary>Adds the sums of another output, which keeps its own mean: pooled, each output deviates from itself, as weights do.</summary>
    public void Pool(ValueStatistics other)
    {
        Values += other.Values;
        Incomparable += other.Incomparable;
        MaxAbsError = Math.Max(MaxAbsError, other.MaxAbsError);
        _deviation += other._deviation;
        AddProducts(other._residual, other._product, other._originalSquares, other._decodedSquares);
    }

    private void AddBlock(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.IsEmpty)
            return;
        var sum = 0.0;
        foreach (var value in x)
            sum += value;
        var mean = sum / x.Length;
        var (deviation, residual, product, originalSquares, decodedSquares) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var error = y[i] - x[i];
            deviation += (x[i] - mean) * (x[i] - mean);
            residual += error * error;
            product += x[i] * y[i];
            originalSquares += x[i] * x[i];
            decodedSquares += y[i] * y[i];
            MaxAbsError = Math.Max(MaxAbsError, Math.Abs(error));
        }

        // Chan, Golub and LeVeque (1979): variances of two sets make that of both without a second pass.
        var count = _count + x.Length;
        var shift = mean - _mean;
        _deviation += deviation + (shift * shift * ((double)_count * x.Length / count));
        _mean += shift * x.Length / count;
        _count = count;
        AddProducts(residual, product, originalSquares, decodedSquares);
    }

    private void AddProducts(double residual, double product, double originalSquares, double decodedSquares)
    {
        _residual += residual;
        _product += product;
        _originalSquares += originalSquares;
        _decodedSquares += decodedSquares;
    }

    private double Known(double figure) => Incomparable > 0 ? double.NaN : figure;
}
