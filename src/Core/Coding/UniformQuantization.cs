using CompressTasks.Quality;

namespace CompressTasks.Coding;

/// <summary>Values on their way to indices: one attempt after the other until the step is right.</summary>
internal readonly ref struct UniformQuantization
{
    private readonly ReadOnlySpan<double> _values;
    private readonly ReadOnlySpan<double> _prediction;
    private readonly NumericFormat _format;
    private readonly double[] _reconstruction;
    private readonly int[] _indices;

    /// <param name="values">Finite originals.</param>
    /// <param name="prediction">Finite, as long as the values; or empty for zeros.</param>
    /// <param name="format">What the reconstruction is rounded to.</param>
    public UniformQuantization(ReadOnlySpan<double> values, ReadOnlySpan<double> prediction, NumericFormat format)
    {
        _values = values;
        _prediction = prediction;
        _format = format;
        _reconstruction = new double[values.Length];
        _indices = new int[values.Length];
        for (var i = 0; i < values.Length; i++)
            LargestMagnitude = Math.Max(LargestMagnitude, Math.Abs(values[i] - (prediction.IsEmpty ? 0 : prediction[i])));
    }

    /// <summary>The largest absolute value that is left to quantize.</summary>
    public double LargestMagnitude { get; }

    public int Count => _values.Length;

    /// <summary>The indices of the last step that was tried.</summary>
    public ReadOnlySpan<int> Indices => _indices;

    /// <summary>The finest step that keeps the indices in range.</summary>
    public double FinestStep => Math.Max(LargestMagnitude / (IndexCoder.Bound - 2), double.Epsilon);

    /// <summary>A step that leaves nothing but zeros.</summary>
    public double CoarsestStep => LargestMagnitude > 0 ? Math.Min(4 * LargestMagnitude, double.MaxValue) : 1;

    /// <summary>Quantizes with a step.</summary>
    /// <returns>The error, or <see langword="null"/> when an index gets out of range.</returns>
    public SquaredError? Try(double step)
    {
        // LargestMagnitude is rounded like the differences below, and division is monotonic: no index is larger than this one.
        if (!(Math.Round(LargestMagnitude / step) < IndexCoder.Bound))
            return null;
        var indices = _indices.AsSpan(0, _values.Length);
        if (_prediction.IsEmpty)
        {
            for (var i = 0; i < _values.Length; i++)
                indices[i] = (int)Math.Round(_values[i] / step);
        }
        else
        {
            for (var i = 0; i < _values.Length; i++)
                indices[i] = (int)Math.Round((_values[i] - _prediction[i]) / step);
        }

        Reconstruct(indices, step, _prediction, _format, _reconstruction);
        return SquaredError.Between(_values, _reconstruction);
    }

    /// <summary>The values that indices stand for; encoder and decoder share it, hence the same bits on both sides.</summary>
    public static void Reconstruct(
        ReadOnlySpan<int> indices, double step, ReadOnlySpan<double> prediction, NumericFormat format, Span<double> values)
    {
        for (var i = 0; i < indices.Length; i++)
            values[i] = (prediction.IsEmpty ? 0 : prediction[i]) + (indices[i] * step);
        format.Round(values[..indices.Length]);
    }
}
