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
            LargestMagnitude = Math.Max(LargestMagnitude, Math.Abs(values[i] - PredictionOf(i)));
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
        for (var i = 0; i < _values.Length; i++)
        {
            var index = Math.Round((_values[i] - PredictionOf(i)) / step);
            if (!(Math.Abs(index) < IndexCoder.Bound))
                return null;
            _indices[i] = (int)index;
            _reconstruction[i] = Reconstruct((int)index, step, PredictionOf(i), _format);
        }

        return SquaredError.Between(_values, _reconstruction);
    }

    /// <summary>The value that an index stands for; encoder and decoder share it, hence the same bits on both sides.</summary>
    public static double Reconstruct(int index, double step, double prediction, NumericFormat format) =>
        format.Round(prediction + (index * step));

    private double PredictionOf(int i) => _prediction.IsEmpty ? 0 : _prediction[i];
}
