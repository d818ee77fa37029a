using CompressTasks.Numerics;

namespace CompressTasks.Stages.Haar;

/// <summary>
/// Haar wavelets (P58 §2.1): transforms every signal and sets all but the coefficients of largest magnitude to zero.
/// The parameter matrix keeps the shape of the input; what is not zero and where it is, is what counts.
/// </summary>
internal sealed class HaarStage : IStage
{
    private readonly double _keep;
    private readonly SignalAxis _axis;

    /// <param name="keep">Share of all coefficients of the matrix that is kept, in (0, 1], rounded up.</param>
    /// <param name="axis">Whether columns or rows are the signals.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keep"/> is not in (0, 1].</exception>
    public HaarStage(double keep = 0.9, SignalAxis axis = SignalAxis.Columns)
    {
        Signals.ValidateKeep(keep);
        (_keep, _axis) = (keep, axis);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Level> Encode(Matrix input, IReadOnlyList<double> sensitivity, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sensitivity.Count, input.Columns);
        var signals = Signals.Gather(input, _axis);
        var transform = new HaarTransform(signals.Columns);
        Signals.Apply(signals, transform.Forward, cancellationToken);
        var coefficients = Signals.Scatter(signals, _axis).RoundToSingle();
        KeepLargest(coefficients.Values, Signals.Share(_keep, coefficients.Values.Length));
        return [new Level(coefficients, new HaarDecoder(_axis), CoefficientSensitivity(sensitivity, transform))];
    }

    /// <summary>Zeroes all but <paramref name="count"/> values of largest magnitude; of equal ones the first are kept.</summary>
    private static void KeepLargest(double[] values, int count)
    {
        if (count == values.Length)
            return;
        double[] magnitudes = [.. values.Select(Math.Abs)];
        Array.Sort(magnitudes);
        var threshold = magnitudes[^count];
        var ties = count - magnitudes.Count(magnitude => magnitude > threshold);
        foreach (ref var value in values.AsSpan())
        {
            var magnitude = Math.Abs(value);
            if (magnitude < threshold || (magnitude == threshold && ties-- <= 0))
                value = 0;
        }
    }

    /// <summary>
    /// Down the columns, an orthonormal transform leaves the mean square of a column's errors as it is; along the rows it mixes them.
    /// </summary>
    private IReadOnlyList<double> CoefficientSensitivity(IReadOnlyList<double> sensitivity, HaarTransform transform)
    {
        if (_axis == SignalAxis.Columns)
            return sensitivity;
        double[] squares = [.. sensitivity.Select(s => s * s)];
        transform.ForwardVariances(squares);
        return [.. squares.Select(Math.Sqrt)];
    }
}
