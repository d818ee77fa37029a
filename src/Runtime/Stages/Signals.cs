using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Stages;

/// <summary>What a transform of the Haar and DCT stages takes as one signal.</summary>
internal enum SignalAxis
{
    /// <summary>Each column, from the first row to the last.</summary>
    Columns,

    /// <summary>Each row, from the first column to the last.</summary>
    Rows,
}

/// <summary>The parts of a transform stage that do not depend on the transform.</summary>
internal static class Signals
{
    /// <summary>Changes one signal in place.</summary>
    public delegate void Transform(Span<double> signal);

    /// <summary>A matrix that holds each signal of <paramref name="matrix"/> as a row. A copy: it may be changed.</summary>
    public static Matrix Gather(Matrix matrix, SignalAxis axis) =>
        axis == SignalAxis.Columns ? matrix.Transpose() : new Matrix(matrix.Rows, matrix.Columns, [.. matrix.Values]);

    /// <summary>The inverse of <see cref="Gather"/>; <paramref name="signals"/> may become the result.</summary>
    public static Matrix Scatter(Matrix signals, SignalAxis axis) => axis == SignalAxis.Columns ? signals.Transpose() : signals;

    public static void Apply(Matrix signals, Transform transform, CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < signals.Rows; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            transform(signals.Row(i));
        }
    }

    /// <summary>A share of <paramref name="total"/> things in whole things: rounded up, at least one where there are any.</summary>
    public static int Share(double keep, int total)
    {
        // 0.1 · 30 is a little more than 3 in binary, and is 3.
        const double Slack = 1e-9;
        return Math.Clamp((int)Math.Ceiling((keep * total) - Slack), Math.Min(1, total), total);
    }

    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1].</exception>
    public static void ValidateKeep(double keep)
    {
        if (!(keep is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(keep), keep, "A share in (0, 1] is expected.");
    }

    public static SignalAxis ReadAxis(ChunkReader reader) => reader.Byte() switch
    {
        0 => SignalAxis.Columns,
        1 => SignalAxis.Rows,
        var other => throw ChunkReader.Corrupt($"there is no axis with the number {other}"),
    };
}
