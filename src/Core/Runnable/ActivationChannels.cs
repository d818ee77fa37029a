using CompressTasks.Outputs;

namespace CompressTasks.Runnable;

/// <summary>Which values an activation has in each of its channels, along the last axis.</summary>
/// <param name="count">How many channels.</param>
internal sealed class ActivationChannels(int count)
{
    /// <summary>Runs whose ranges are kept.</summary>
    private const int MostRanges = 64;

    /// <summary>Rows that are kept, drawn from those of all runs (reservoir sampling: Vitter, 1985, algorithm R).</summary>
    private const int MostTokens = 256;

    private readonly List<(float[] Least, float[] Most)> _ranges = [];
    private readonly List<float[]> _tokens = [];
    private readonly double[] _peaks = new double[count];
    private readonly double[] _squares = new double[count];
    private readonly Random _drawing = new(1);
    private long _rows;

    public int Count => count;

    /// <summary>Of each channel the largest magnitude.</summary>
    public IReadOnlyList<double> Peaks => _peaks;

    /// <summary>Of each channel the mean of its squares.</summary>
    public IReadOnlyList<double> MeanSquares => [.. _squares.Select(sum => sum / Math.Max(1, _rows))];

    /// <summary>Takes what a run has.</summary>
    public void Add(TensorValue tensor)
    {
        var (least, most) = (new float[count], new float[count]);
        foreach (var token in tensor.Values().Select(value => (float)value).Chunk(Math.Max(1, count)))
        {
            for (var channel = 0; channel < count; channel++)
            {
                var value = token[channel];
                _peaks[channel] = Math.Max(_peaks[channel], Math.Abs(value));
                _squares[channel] += (double)value * value;
                (least[channel], most[channel]) = (Math.Min(least[channel], value), Math.Max(most[channel], value));
            }

            Draw(token);
        }

        if (_ranges.Count < MostRanges)
            _ranges.Add((least, most));
    }

    /// <summary>
    /// The mean over runs of the square of what lies between the least and the largest value, 0 among them: what a run quantizes into equal steps.
    /// </summary>
    /// <param name="factors">What the channels are divided by first.</param>
    public double MeanSquaredRange(IReadOnlyList<float> factors)
    {
        var sum = 0.0;
        foreach (var (least, most) in _ranges)
        {
            var (from, to) = (0f, 0f);
            for (var channel = 0; channel < count; channel++)
                (from, to) = (Math.Min(from, least[channel] / factors[channel]), Math.Max(to, most[channel] / factors[channel]));
            sum += ((double)to - from) * ((double)to - from);
        }

        return sum / Math.Max(1, _ranges.Count);
    }

    /// <summary>The same when each row is divided by its largest magnitude first, of some rows.</summary>
    /// <param name="factors">What the channels are divided by first.</param>
    public double MeanSquaredRangeOfTokens(IReadOnlyList<float> factors)
    {
        var (squares, from, to) = (0.0, 0f, 0f);
        foreach (var token in _tokens)
        {
            var (least, most) = (0f, 0f);
            for (var channel = 0; channel < count; channel++)
                (least, most) = (Math.Min(least, token[channel] / factors[channel]), Math.Max(most, token[channel] / factors[channel]));
            var largest = Math.Max(-least, most);
            if (!(largest > 0))
                continue;
            squares += (double)largest * largest;
            (from, to) = (Math.Min(from, least / largest), Math.Max(to, most / largest));
        }

        return squares / Math.Max(1, _tokens.Count) * ((double)to - from) * ((double)to - from);
    }

    private void Draw(float[] token)
    {
        _rows++;
        if (_tokens.Count < MostTokens)
            _tokens.Add(token);
        else if (_drawing.NextInt64(_rows) is < MostTokens and var place)
            _tokens[(int)place] = token;
    }
}
