using CompressTasks.Coding.Quantization.Axes;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>Values on their way to indices: one trial after the other until the step is right.</summary>
internal sealed class DependentQuantization
{
    /// <summary>The squared steps that a bit is worth: the best of 0.2 … 0.5 on real weights, and hardly better than its neighbours.</summary>
    public const double UsualLambda = 0.3;

    /// <summary>
    /// Columns that are quantized at a time where columns are coupled, and columns after them that the trellis also sees. With whole rows its paths
    /// would have to carry too much; tiles of 32 without regard to their own couplings cost 6 %.
    /// </summary>
    private const int Tile = 24;
    private const int LookAhead = 8;

    private const int SampleSegments = 8;
    private const int SegmentLength = 2048;
    private const int SamplePasses = 3;

    private readonly ResidualMeasure _residualOf;
    private readonly double[] _prediction;
    private readonly NumericFormat _format;
    private readonly TensorAxes _axes;
    private readonly double _total;
    private readonly double[] _residual;
    private readonly double[] _reconstruction;
    private readonly byte[] _classes;
    private readonly Stack<int[]> _unused = new();
    private readonly PerAxisIntegers _means;
    private readonly PerAxisIntegers _scales;
    private readonly int _cosines;
    private readonly int _meanExponent;
    private readonly double _meanMagnitude;
    private readonly TrellisSearch _search = new();
    private readonly PerSurvivorSearch _survivors = new();
    private readonly SymbolCounts _counts = new();
    private readonly RateTable _rates;
    private readonly ErrorFeedback? _feedback;
    private readonly CancellationToken _cancellationToken;

    /// <param name="values">Finite originals, at least one; they become what is left to quantize.</param>
    /// <param name="residualOf">Measures a reconstruction by the originals.</param>
    /// <param name="total">The sum of the originals' squared deviations from their mean.</param>
    /// <param name="prediction">Finite, as long as the values; or empty for zeros.</param>
    /// <param name="format">What the reconstruction is rounded to.</param>
    /// <param name="axes">The axes of the tensor.</param>
    /// <param name="step">About the step that will be chosen.</param>
    /// <param name="lambda">The squared steps that a bit is worth.</param>
    /// <param name="feedback">Of a matrix: what carries the errors of its rows to the later ones; null for none.</param>
    /// <param name="cancellationToken">Stops between rows, or lanes.</param>
    public DependentQuantization(
        double[] values, ResidualMeasure residualOf, double total, ReadOnlySpan<double> prediction, NumericFormat format, TensorAxes axes,
            double step,
        double lambda = UsualLambda, ErrorFeedback? feedback = null, CancellationToken cancellationToken = default)
    {
        (_rates, _feedback, Lambda, _cancellationToken) = (new(lambda), feedback, lambda, cancellationToken);
        (_residual, _residualOf, _total, _prediction, _format, _axes) = (values, residualOf, total, prediction.ToArray(), format, axes);
        _reconstruction = new double[values.Length];
        _classes = new byte[values.Length];
        for (var i = 0; i < prediction.Length; i++)
            _residual[i] -= prediction[i];

        var distortion = Math.Max(step * step / StepSearch.SquaredStepsPerDistortion, double.Epsilon);
        _meanExponent = Math.Max(Exponent(step) - 1, -1000);
        _means = AxisMeans.Remove(_residual, axes, Math.ScaleB(1, _meanExponent), distortion);
        _cosines = feedback is null ? TransformSelection.Apply(_residual, axes, distortion) : 0;
        _scales = AxisScales.Find(_residual, axes, step, out _meanMagnitude);
        foreach (var value in _residual)
            LargestMagnitude = Math.Max(LargestMagnitude, Math.Abs(value));
    }

    /// <summary>The largest absolute value that is left to quantize.</summary>
    public double LargestMagnitude { get; }

    /// <summary>The squared steps that a bit is worth where nothing else is tried.</summary>
    public double Lambda { get; }

    public int Count => _residual.Length;

    /// <summary>The finest step that keeps the indices in range.</summary>
    public double FinestStep => Math.Max(LargestMagnitude / (IndexBound.LargestIndex - 8), double.Epsilon);

    /// <summary>A step that leaves nothing but zeros.</summary>
    public double CoarsestStep => LargestMagnitude > 0 ? Math.Min(4 * LargestMagnitude, double.MaxValue) : 1;

    /// <summary>Learns what indices cost from a sample.</summary>
    /// <param name="step">The step to start with.</param>
    /// <param name="distortion">The squared error per value to aim at, or <see langword="null"/> to keep the step.</param>
    /// <returns>About the step that gives this error.</returns>
    public double Learn(double step, double? distortion)
    {
        var indices = Buffer();
        _rates.Lambda = Lambda;
        for (var pass = 0; pass < SamplePasses; pass++)
        {
            step = Math.Clamp(step, FinestStep, CoarsestStep);
            Classify(step);
            _counts.Clear();
            var error = 0.0;
            var count = 0;
            foreach (var (start, length) in Sample())
            {
                Quantize(start, length, step, indices);
                _counts.Add(indices.AsSpan(start, length), _classes.AsSpan(start, length));
                for (var i = start; i < start + length; i++)
                    error += (_residual[i] - (indices[i] * step)) * (_residual[i] - (indices[i] * step));
                count += length;
            }

            _rates.Learn(_counts);
            if (distortion is { } aim && error > 0 && aim > 0)
                step *= Math.Sqrt(Math.Clamp(aim * count / error, 1.0 / 16, 16));
        }

        _unused.Push(indices);
        return Math.Clamp(step, FinestStep, CoarsestStep);
    }

    /// <summary>Quantizes with a step.</summary>
    /// <param name="step">Above 0.</param>
    /// <param name="lambda">The squared steps that a bit is worth, 0 or more.</param>
    /// <returns>Null when an index gets out of range.</returns>
    public QuantizationTrial? Try(double step, double lambda)
    {
        if (!(LargestMagnitude / step <= IndexBound.LargestIndex - 4))
            return null;
        var indices = Buffer();
        _rates.Lambda = lambda;
        var header = new QuantizationHeader(step, _cosines, _meanExponent, _means, Classify(step), _scales);
        if (_feedback is null)
            QuantizeByLanes(step, indices);
        else
            QuantizeByRows(_feedback, step, indices);
        header.Reconstruct(indices, _axes, _prediction, _format, _reconstruction);
        return new(this, header, lambda, indices, new(Count, _residualOf(_reconstruction), _total));
    }

    /// <summary>Takes back the memory of a trial that is not needed any more.</summary>
    public void Discard(QuantizationTrial? trial)
    {
        if (trial is not null)
            _unused.Push(trial.TakeIndices());
    }

    /// <summary>The chunk of a trial.</summary>
    public ReadOnlyMemory<byte> Write(QuantizationHeader header, int[] indices)
    {
        Classify(header.Step);
        var writer = new ChunkWriter();
        header.Write(writer, _axes);
        foreach (var (start, length) in StreamLayout.StreamsOf(Count))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            writer.Bytes(IndexEncoder.Encode(indices.AsSpan(start, length), _classes.AsSpan(start, length)).Span);
        }

        return writer.Written;
    }

    private static int Exponent(double value) => (int)Math.Floor(ThirdOctave.Nearest(value) / 3.0);

    private int[] Buffer() => _unused.Count > 0 ? _unused.Pop() : new int[Count];

    private int Classify(double step)
    {
        var center = QuantizationHeader.CenterOf(_meanMagnitude, step);
        AxisScales.Classify(_scales, _axes, center, 0, _classes);
        return center;
    }

    private void Quantize(int start, int length, double step, int[] indices) =>
        _search.Search(_residual.AsSpan(start, length), step, _classes.AsSpan(start, length), _rates, indices.AsSpan(start, length));

    private void QuantizeByLanes(double step, int[] indices)
    {
        foreach (var (start, length) in StreamLayout.LanesOf(Count))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            Quantize(start, length, step, indices);
        }
    }

    /// <summary>
    /// Row by row, each when the errors of those before it are known. The trellis goes on from row to row, and anew with every lane.
    /// </summary>
    private void QuantizeByRows(ErrorFeedback feedback, double step, int[] indices)
    {
        feedback.Begin(_residual);
        using var lanes = StreamLayout.LanesOf(Count).GetEnumerator();
        var (laneEnd, state) = (0, 0);
        for (var row = 0; row < feedback.Rows; row++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var rowStart = row * feedback.Columns;
            for (var done = 0; done < feedback.Columns;)
            {
                if (rowStart + done == laneEnd)
                {
                    lanes.MoveNext();
                    (laneEnd, state) = (lanes.Current.Start + lanes.Current.Length, 0);
                }

                var rest = Math.Min(feedback.Columns - done, laneEnd - rowStart - done);
                (var length, state) = feedback.OfColumns is { } couplings
                    ? QuantizeTile(feedback, couplings, row, done, rest, step, indices.AsSpan(rowStart + done), state)
                    : (rest, _search.Search(feedback.Target(row).Slice(done, rest), step, _classes.AsSpan(rowStart + done, rest), _rates,
                        indices.AsSpan(rowStart + done, rest), state));
                done += length;
            }

            feedback.Learn(row, _residual.AsSpan(rowStart, feedback.Columns), indices.AsSpan(rowStart, feedback.Columns), step);
        }
    }

    /// <summary>
    /// Some columns of a row. The trellis sees some more, so that it does not end where the next columns pay for it.
    /// </summary>
    /// <returns>How many columns were quantized, and the state that they lead to.</returns>
    private (int Length, int State) QuantizeTile(ErrorFeedback feedback, ColumnCouplings couplings, int row, int first, int rest, double step,
        Span<int> indices, int state)
    {
        var seen = Math.Min(Tile + LookAhead, Math.Min(rest, couplings.EndOfRun(first) - first));
        var length = Math.Min(seen, Tile);
        _survivors.Search(first, feedback.Aim(row, first, seen), feedback.Target(row).Slice(first, seen), couplings, step, indices[..seen], state);
        for (var i = 0; i < length; i++)
            state = (int)TrellisCode.Next((uint)state, ((uint)Math.Abs(indices[i]) + 1) >> 1);
        feedback.LearnColumns(row, first, indices[..length], step);
        return (length, state);
    }

    private IEnumerable<(int Start, int Length)> Sample()
    {
        if (Count <= SampleSegments * SegmentLength)
        {
            yield return (0, Count);
            yield break;
        }

        for (var segment = 0; segment < SampleSegments; segment++)
            yield return ((int)((long)segment * (Count - SegmentLength) / (SampleSegments - 1)), SegmentLength);
    }
}
