using CompressTasks.Outputs;

namespace CompressTasks.Runnable;

/// <summary>Which values an activation has in each of its channels, along the last axis.</summary>
/// <param name="count">How many channels.</param>
internal sealed class ActivationChannels(int count)
{
    /// <summary>Runs whose ranges are kept.</summary>
    private const int MostRanges = 64;

    private readonly List<(float[] Least, float[] Most)> _ranges = [];
    private readonly double[] _peaks = new double[count];
    private readonly double[] _squares = new double[count];
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
        foreach (var (index, value) in tensor.Values().Index())
        {
            var channel = index % count;
            _peaks[channel] = Math.Max(_peaks[channel], Math.Abs(value));
            _squares[channel] += value * value;
            (least[channel], most[channel]) = (Math.Min(least[channel], (float)value), Math.Max(most[channel], (float)value));
        }

        _rows += tensor.Shape.Aggregate(1L, (product, length) => product * length) / count;
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
}
