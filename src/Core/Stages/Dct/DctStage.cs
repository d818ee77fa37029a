using CompressTasks.Numerics;
using CompressTasks.Numerics.Fourier;

namespace CompressTasks.Stages.Dct;

/// <summary>The discrete cosine transform (P58 §2.2): keeps the lowest frequencies of every signal.</summary>
internal sealed class DctStage : IStage
{
    private readonly double _keep;
    private readonly SignalAxis _axis;

    /// <param name="keep">Share of the frequencies that is kept, in (0, 1], rounded up, at least one.</param>
    /// <param name="axis">Whether columns or rows are the signals.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keep"/> is not in (0, 1].</exception>
    public DctStage(double keep, SignalAxis axis = SignalAxis.Columns)
    {
        Signals.ValidateKeep(keep);
        (_keep, _axis) = (keep, axis);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Level> Encode(Matrix input, IReadOnlyList<double> sensitivity, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sensitivity.Count, input.Columns);
        var signals = Signals.Gather(input, _axis);
        var (length, kept) = (signals.Columns, Signals.Share(_keep, signals.Columns));
        var transform = new DctTransform(length);
        Signals.Apply(signals, transform.Forward, cancellationToken);
        var low = new Matrix(signals.Rows, kept);
        for (var i = 0; i < signals.Rows; i++)
            signals.Row(i)[..kept].CopyTo(low.Row(i));
        return [new Level(Signals.Scatter(low, _axis).RoundToSingle(), new DctDecoder(length, _axis),
            CoefficientSensitivity(sensitivity, transform, kept))];
    }

    /// <summary>
    /// Down the columns, an orthonormal transform leaves the mean square of a column's errors as it is; along the rows it mixes them.
    /// </summary>
    private IReadOnlyList<double> CoefficientSensitivity(IReadOnlyList<double> sensitivity, DctTransform transform, int kept)
    {
        if (_axis == SignalAxis.Columns)
            return sensitivity;
        double[] squares = [.. sensitivity.Select(s => s * s)];
        transform.ForwardVariances(squares);
        return [.. squares.Take(kept).Select(Math.Sqrt)];
    }
}
